/** Microsoft.Network's public surface: its manifest, and what other providers need of private endpoints. */
export { deletionOrderOf } from './deletion-order.ts';
export { networkProvider } from './manifest.ts';
export { recordsUponApproval } from './private-dns-zone-groups/surroundings.ts';
export { connectionIdOf, connectionOf, stateOf } from './private-endpoints/connection.ts';
export { membersOf } from './private-endpoints/network-interface.ts';
