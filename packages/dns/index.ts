/** The name server: views per virtual network, a public view, forwarding; codec, lookup and sockets are apart. */
export { clientAllowList, loopbackPrefixes } from './client-allow-list.ts';
export * from './dns-state.ts';
export * from './explain.ts';
export type { ForwardAnswer } from './forward-cache.ts';
export * from './forwarder.ts';
export * from './lookup.ts';
export {
  classes,
  decodeMessage,
  type Edns,
  type EdnsOption,
  encodeMessage,
  extendedError,
  type Message,
  opcodes,
  type Question,
  type ResourceRecord,
  rcodes,
  readExtendedError,
} from './message.ts';
export { dnsFollowedTypes, projectDnsState } from './projection.ts';
export { type PublicHostAddresses, publicZones } from './public-zones.ts';
export { type Client, createResponder, type Responder, type ResponderOptions } from './responder.ts';
export * from './server.ts';
export * from './site-forwarder.ts';
export { type TypeName, typeCodes, typeName } from './type-codes.ts';
export { type RecordSet, type Zone, zoneOf } from './zone.ts';
