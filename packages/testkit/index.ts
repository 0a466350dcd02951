/** What tests of several packages share. */
export * from './arm-world.ts';
