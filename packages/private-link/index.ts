/** Private-link policy: may X reach Y, by which path, and why not. */
export * from './agent-version.ts';
export * from './association.ts';
export * from './cloud-profile.ts';
export * from './connection-state.ts';
export * from './decide-access.ts';
export * from './endpoint-dns.ts';
export * from './endpoint-placement.ts';
export * from './linked-permissions.ts';
export * from './members.ts';
export * from './nearest-names.ts';
export * from './network-check.ts';
export * from './public-access.ts';
export * from './refusals.ts';
export * from './regions.ts';
export * from './tls-policy.ts';
export * from './zone-link.ts';
export * from './zone-records.ts';
