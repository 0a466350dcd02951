/** DNS material for the hand-made case: zone files, server snippets, forwarders and hosts lines of a private endpoint. */
export { type ForwardTarget, forwarderMaterial } from './forwarder-material.ts';
export { hostsLines, hostsMaterial } from './hosts-material.ts';
export * from './material.ts';
export { MaterialProblem, type MaterialWarning } from './problem.ts';
export { type MaterialZone, type ZoneStyle, zoneStyles, zonesOf } from './zone.ts';
export { type ZoneMaterialOptions, zoneMaterial } from './zone-material.ts';
