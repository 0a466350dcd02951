/** Samples as Prometheus text. */

/** `# TYPE …` and one sample; names are prefixed with `tombolo_`. */
export const gauge = (name: string, help: string, value: number): string =>
  `# HELP tombolo_${name} ${help}\n# TYPE tombolo_${name} gauge\ntombolo_${name} ${value}\n`;

export const counter = (name: string, help: string, value: number): string =>
  `# HELP tombolo_${name}_total ${help}\n# TYPE tombolo_${name}_total counter\ntombolo_${name}_total ${value}\n`;

/** Connections that a bound of an HTTPS listener cut off. */
export const droppedConnections = (counts: ReadonlyMap<string, number>): string =>
  [
    '# HELP tombolo_connections_dropped_total Connections that a bound cut off, by reason.',
    '# TYPE tombolo_connections_dropped_total counter',
    ...[...counts].map(([reason, count]) => `tombolo_connections_dropped_total{reason="${reason}"} ${count}`),
    '',
  ].join('\n');
