/** The name server: views per virtual network, a public view, forwarding; codec, lookup and sockets are apart. */
export { clientAllowList, loopbackPrefixes } from './client-allow-list.ts';
export * from './dns-state.ts';
export { explain, explainedTypes, resultText, stepText } from './explain.ts';
export * from './forwarder.ts';
export * from './lookup.ts';
export { createDnsProjection, dnsFollowedTypes, projectDnsState } from './projection.ts';
export { publicZones } from './public-zones.ts';
export * from './server.ts';
export * from './site-forwarder.ts';
export type { Zone } from './zone.ts';
