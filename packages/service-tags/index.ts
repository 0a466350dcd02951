/** Azure service tags: prefix algebra, the list in its three forms, versions kept, compared, aged and served. */

export * from './difference.ts';
export * from './difference-text.ts';
export * from './document.ts';
export * from './freshness.ts';
export * from './generate.ts';
export * from './kept-versions.ts';
export * from './read-document.ts';
export * from './refusal.ts';
export { serveBatch, servedFacts } from './stored-tags.ts';
