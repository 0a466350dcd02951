/** Prometheus text of one process, on loopback only. */

import { metricsAddress } from '../../installation/installation.ts';
import type { ProcessName } from '../../installation/state-directory.ts';
import type { Child } from './child.ts';

// Without an import statement: docs/decisions/0035.
const { createServer } = process.getBuiltinModule('node:http');

export interface MetricsListener {
  readonly close: () => Promise<void>;
}

/** Each process has its own port: `metricsPort` of the configuration plus this. */
const portOffset = { control: 0, dns: 1, gateway: 2, hybrid: 3 } as const;

/** Undefined where no port is configured. Throws the system's error where it cannot be bound. */
export const serveMetrics = (
  child: Child,
  name: ProcessName,
  render: () => string,
): Promise<MetricsListener | undefined> => {
  const base = child.settings.configuration.metricsPort;
  if (base === undefined) return Promise.resolve(undefined);
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      .end(render() + child.metrics());
  });
  server.maxConnections = 16;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(base + portOffset[name], metricsAddress, () => {
      resolve({
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
};
