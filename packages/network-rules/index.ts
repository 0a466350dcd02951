/** Security groups and routes as Azure evaluates them: effective rules and routes, and a verdict for a flow. */

export * from './around-subnet.ts';
export * from './effective-rules.ts';
export * from './endpoint-policies.ts';
export * from './flow.ts';
export * from './judge-flow.ts';
export * from './lacking-tags.ts';
export { isPortRange, protocols } from './port.ts';
export * from './route.ts';
export * from './security-rule.ts';
export * from './surroundings.ts';
export * from './tag-name.ts';
