/** The gateway's counters as Prometheus text (exposition format 0.0.4). */

import type { CountersReport } from './counters.ts';
import type { GatewayReport } from './gateway.ts';
import type { ListenerReport } from './listener.ts';

type Labels = Readonly<Record<string, string>>;

/** Per-listener series end with their listener; `…_all_…` series never go back. */
export const renderMetrics = (report: GatewayReport): string => {
  const lines: string[] = [];
  const family = (
    name: string,
    kind: 'counter' | 'gauge',
    help: string,
    samples: readonly (readonly [Labels, number])[],
  ) => {
    lines.push(`# HELP tombolo_gateway_${name} ${help}`, `# TYPE tombolo_gateway_${name} ${kind}`);
    for (const [labels, value] of samples)
      lines.push(`tombolo_gateway_${name}${renderLabels(labels)} ${value}`);
  };
  const counters = (prefix: string, sources: readonly (readonly [Labels, CountersReport])[]) => {
    family(
      `${prefix}accepted_total`,
      'counter',
      'Connections accepted.',
      sources.map(([labels, of]) => [labels, of.accepted]),
    );
    family(
      `${prefix}active`,
      'gauge',
      'Connections that are live.',
      sources.map(([labels, of]) => [labels, of.active]),
    );
    family(
      `${prefix}ended_total`,
      'counter',
      'Connections ended, by outcome.',
      sources.flatMap(([labels, of]) =>
        Object.entries(of.ended).map(([outcome, count]) => [{ ...labels, outcome }, count] as const),
      ),
    );
    family(
      `${prefix}bytes_total`,
      'counter',
      'Bytes forwarded, by direction.',
      sources.flatMap(([labels, of]) => [
        [{ ...labels, direction: 'from_client' }, of.bytesFromClient] as const,
        [{ ...labels, direction: 'to_client' }, of.bytesToClient] as const,
      ]),
    );
  };
  const listening = (listener: ListenerReport) => (listener.state === 'listening' ? 1 : 0);
  family(
    'listener_up',
    'gauge',
    '1 where the address is bound.',
    report.listeners.map((of) => [labelsOf(of), listening(of)]),
  );
  counters(
    'listener_',
    report.listeners.map((listener) => [labelsOf(listener), listener.counters]),
  );
  counters('all_', [[{}, report.totals]]);
  return `${lines.join('\n')}\n`;
};

const labelsOf = (listener: ListenerReport): Labels => ({
  address: listener.address,
  member: listener.memberName,
  connection: listener.connectionId,
});

const renderLabels = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
