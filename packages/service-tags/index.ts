/** Azure service tags: prefix algebra, the document in its three forms, versions kept, compared and aged. */

export * from './prefix.ts';
export * from './prefix-set.ts';
