/** The gateway: a TCP listener at each private-endpoint address that passes TLS through untouched. */

export { dialTo, Gateway } from './gateway.ts';
export { LoopbackRealizer } from './loopback-realizer.ts';
export { renderMetrics } from './metrics.ts';
export { createListenerProjection, type Projection } from './projection.ts';
