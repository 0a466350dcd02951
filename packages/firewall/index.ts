/** Firewall rules from what the network must allow: a plan of names and addresses, and every form that it is written in. */

export * from './arc-outbound.ts';
export * from './difference.ts';
export * from './export-document.ts';
export * from './export-rules.ts';
export * from './fit.ts';
export { addressList, domainList } from './formats/external-list.ts';
export type { Format, OutputFile } from './formats/format.ts';
export * from './make-plan.ts';
export * from './plan.ts';
export * from './problem.ts';
