/** One port that is free on several addresses, and that nobody else on this machine has chosen. */
export { chooseAnyPort, type PortPlaces, portIfFree, reservePort } from './free-port.ts';
