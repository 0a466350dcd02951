/** Microsoft.Network's public surface: its manifest, and what other providers need of private endpoints. */
export { deletionOrderOf } from './deletion-order.ts';
export { networkProvider } from './manifest.ts';
export { recordsUponApproval } from './networks/private-dns-zone-groups/surroundings.ts';
export { connectionIdOf, connectionOf, stateOf } from './networks/private-endpoints/connection.ts';
export { membersOf } from './networks/private-endpoints/network-interface.ts';
