/** DNS material for the hand-made case: zone files, server snippets, forwarders and hosts lines of a private endpoint. */
export { type ForwardTarget, forwarderMaterial } from './forwarder-material.ts';
export { hostsLines, hostsMaterial } from './hosts-material.ts';
export * from './material.ts';
export { MaterialProblem } from './problem.ts';
export { type ZoneStyle, zoneStyles } from './zone.ts';
export { zoneMaterial } from './zone-material.ts';
