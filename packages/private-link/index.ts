/** Private-link policy: may X reach Y, by which path, and why not. */
export * from './cloud-profile.ts';
export * from './decide-access.ts';
export * from './members.ts';
export * from './regions.ts';
