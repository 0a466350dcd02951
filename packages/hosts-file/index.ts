/** Hosts files: a marked block edited safely, and proof that the system resolves so. */
export * from './block.ts';
export * from './edit.ts';
export * from './resolution.ts';
