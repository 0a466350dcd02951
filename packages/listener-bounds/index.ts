/** Bounds of every HTTPS listener: how long a handshake and a request may take, how many connections there may be. */
export { type Bites, createBites } from './bites.ts';
export {
  boundConnections,
  plainAddress,
} from './bound-connections.ts';
export { answerClientError, endWith } from './client-error.ts';
export { connectionBounds, descriptorLimit, openDescriptors } from './descriptors.ts';
export { requestBounds } from './request-bounds.ts';
export { repeatedHeader } from './singular-headers.ts';
