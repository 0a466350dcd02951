/** Samples as Prometheus text. */

/** `# TYPE …` and one sample; names are prefixed with `tombolo_`. */
export const gauge = (name: string, help: string, value: number): string =>
  `# HELP tombolo_${name} ${help}\n# TYPE tombolo_${name} gauge\ntombolo_${name} ${value}\n`;

export const counter = (name: string, help: string, value: number): string =>
  `# HELP tombolo_${name}_total ${help}\n# TYPE tombolo_${name}_total counter\ntombolo_${name}_total ${value}\n`;

/** A counter with one label. `counts` is by its value, one of a few fixed words. */
const labelled = (name: string, help: string, label: string, counts: ReadonlyMap<string, number>): string =>
  [
    `# HELP tombolo_${name}_total ${help}`,
    `# TYPE tombolo_${name}_total counter`,
    ...[...counts].map(([value, count]) => `tombolo_${name}_total{${label}="${value}"} ${count}`),
    '',
  ].join('\n');

/** Connections that a bound of an HTTPS listener cut off. */
export const droppedConnections = (counts: ReadonlyMap<string, number>): string =>
  labelled('connections_dropped', 'Connections that a bound cut off, by reason.', 'reason', counts);

/** Requests to ARM, the token service and Graph that were refused. */
export const refusedRequests = (counts: ReadonlyMap<string, number>): string =>
  labelled('requests_refused', 'Requests that were refused, by code.', 'code', counts);
