/** The gateway: a TCP listener at each private-endpoint address that passes TLS through untouched. */

export {
  type ClientHello,
  type HelloReading,
  type HelloRefusal,
  maximumHelloLength,
  readClientHello,
} from './client-hello.ts';
export { type Clock, systemClock } from './clock.ts';
export type { ConnectionReport, Dial, Timeouts } from './connection.ts';
export { type CountersReport, type Outcome, outcomes } from './counters.ts';
export { dialTo, Gateway, type GatewayOptions, type GatewayReport, type Upstream } from './gateway.ts';
export type { ListenerReport } from './listener.ts';
export { type LoopbackHost, LoopbackRealizer, RealizeRefused, thisHost } from './loopback-realizer.ts';
export { metricsContentType, renderMetrics } from './metrics.ts';
export {
  type ConnectionStatus,
  connectionType,
  type DesiredListener,
  type Disposition,
  type Projection,
  projectListeners,
  type Timing,
} from './projection.ts';
export {
  decodeProxyHeader,
  type Endpoint,
  encodeProxyHeader,
  linkIdentifierOf,
  linkIdentifierTlv,
  maximumProxyHeaderLength,
  type ProxyDecoding,
  type ProxyHeader,
  type Tlv,
} from './proxy-protocol.ts';
