/** The judgement against a naive oracle: each packet by itself, each rule by itself, over a tiny address space. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Flow } from './flow.ts';
import { type AppliedGroups, judgeFlow } from './judge-flow.ts';
import { type SecurityRule, securityGroup } from './security-rule.ts';
import type { Surroundings } from './surroundings.ts';

/** 10.0.0.0–10.0.0.7 is the network, 10.0.0.8–11 is peered, 20.0.0.0–3 is public. */
const hosts = [
  ...Array.from({ length: 12 }, (_, host) => `10.0.0.${host}`),
  ...Array.from({ length: 4 }, (_, host) => `20.0.0.${host}`),
];
const ports = [0, 1, 2, 3];
const members = ['10.0.0.1', '10.0.0.6'];
const tagged = { Storage: ['20.0.0.0/31'], 'Storage.JapanEast': ['20.0.0.1'] } as Record<string, string[]>;
const around: Surroundings = {
  virtualNetwork: ['10.0.0.0/29'],
  peered: ['10.0.0.8/30'],
  resolveTag: (tag) => tagged[tag],
  applicationSecurityGroups: new Map([['/asg', members]]),
};

/** Written as lists: shares nothing with the code under test. */
const meaning: Readonly<Record<string, readonly string[]>> = {
  '*': hosts,
  VirtualNetwork: hosts.slice(0, 12),
  Internet: hosts.slice(12),
  Storage: ['20.0.0.0', '20.0.0.1'],
  'Storage.JapanEast': ['20.0.0.1'],
  '10.0.0.0/30': hosts.slice(0, 4),
  '10.0.0.4/31': hosts.slice(4, 6),
  '10.0.0.0/8': hosts.slice(0, 12),
  '20.0.0.2/31': ['20.0.0.2', '20.0.0.3'],
  '0.0.0.0/0': hosts,
  '/asg': members,
  ...Object.fromEntries(hosts.map((host) => [host, [host]])),
};
const words = Object.keys(meaning);
const portsOf = (text: string): readonly number[] => {
  if (text === '*') return ports;
  const [from, to] = text.split('-').map(Number);
  return ports.filter((port) => port >= from! && port <= (to ?? from!));
};
const portText = fc.constantFrom('*', '0', '1', '3', '0-1', '1-2', '2-3', '1-3');
const protocol = fc.constantFrom('*' as const, 'Tcp' as const, 'Udp' as const);
const side = fc.record({
  words: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
  ports: fc.uniqueArray(portText, { minLength: 1, maxLength: 2 }),
});
const toSide = (value: { words: string[]; ports: string[] }) => ({
  prefixes: value.words.filter((word) => word !== '/asg'),
  ports: value.ports,
  applicationSecurityGroups: value.words.filter((word) => word === '/asg'),
});
const rules = fc.array(
  fc.record({
    direction: fc.constantFrom('Inbound' as const, 'Outbound' as const),
    access: fc.constantFrom('Allow' as const, 'Deny' as const),
    protocol,
    source: side,
    destination: side,
  }),
  { maxLength: 6 },
);
const group = rules.map((list) =>
  securityGroup(
    '/nsg',
    list.map(
      (rule, index): SecurityRule => ({
        ...rule,
        id: `/nsg/${index}`,
        name: `r${index}`,
        priority: 100 + index,
        source: toSide(rule.source),
        destination: toSide(rule.destination),
        isDefault: false,
      }),
    ),
  ),
);
const groups: fc.Arbitrary<AppliedGroups> = fc.record({
  subnet: fc.option(group, { nil: undefined }),
  networkInterface: fc.option(group, { nil: undefined }),
});

interface Packet {
  readonly protocol: 'Tcp' | 'Udp';
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

const oracleTakes = (rule: SecurityRule, packet: Packet): boolean => {
  const holds = (which: SecurityRule['source'], host: string, port: number): boolean =>
    [...which.prefixes, ...which.applicationSecurityGroups].some((word) =>
      (meaning[word] ?? []).includes(host),
    ) && which.ports.some((text) => portsOf(text).includes(port));
  return (
    (rule.protocol === '*' || rule.protocol === packet.protocol) &&
    holds(rule.source, packet.source, packet.sourcePort) &&
    holds(rule.destination, packet.destination, packet.destinationPort)
  );
};

const oracle = (direction: Flow['direction'], packet: Packet, applied: AppliedGroups) => {
  const order =
    direction === 'Inbound'
      ? (['subnet', 'networkInterface'] as const)
      : (['networkInterface', 'subnet'] as const);
  let last: string | undefined;
  for (const level of order) {
    const group = applied[level];
    if (!group) continue;
    const first = group.rules.find((rule) => rule.direction === direction && oracleTakes(rule, packet));
    last = `${level} ${first?.name}`;
    if (first?.access !== 'Allow') return { verdict: 'Deny', by: last };
  }
  return { verdict: 'Allow', by: last };
};

test('one packet: the verdict and the deciding rule are those of the naive walk', () => {
  const packets = fc.record({
    protocol: fc.constantFrom('Tcp' as const, 'Udp' as const),
    source: fc.constantFrom(...hosts),
    sourcePort: fc.constantFrom(...ports),
    destination: fc.constantFrom(...hosts),
    destinationPort: fc.constantFrom(...ports),
  });
  const direction = fc.constantFrom('Inbound' as const, 'Outbound' as const);
  fc.assert(
    fc.property(groups, packets, direction, (applied, packet, way) => {
      const flow: Flow = {
        ...packet,
        direction: way,
        sourcePort: String(packet.sourcePort),
        destinationPort: String(packet.destinationPort),
      };
      const found = judgeFlow(flow, applied, around);
      const by = found.decidedBy && `${found.decidedBy.level} ${found.decidedBy.name}`;
      assert.deepEqual({ verdict: found.verdict, by }, oracle(way, packet, applied));
      assert.deepEqual(found.doubts, []);
    }),
    { seed: 22, numRuns: 1500 },
  );
});

test('many packets at once are allowed exactly if each of them is', () => {
  const wide = fc.record({
    direction: fc.constantFrom('Inbound' as const, 'Outbound' as const),
    protocol,
    // Not `*`: beyond the tiny space there is more of it.
    source: fc.constantFrom(
      ...words.filter(
        (word) => !['*', '0.0.0.0/0', '10.0.0.0/8', 'VirtualNetwork', 'Internet', '/asg'].includes(word),
      ),
    ),
    sourcePort: fc.constantFrom('0', '1-2', '0-3'),
    destination: fc.constantFrom(
      ...words.filter(
        (word) => !['*', '0.0.0.0/0', '10.0.0.0/8', 'VirtualNetwork', 'Internet', '/asg'].includes(word),
      ),
    ),
    destinationPort: fc.constantFrom('3', '0-1', '0-3'),
  });
  fc.assert(
    fc.property(groups, wide, (applied, flow) => {
      const each = (['Tcp', 'Udp'] as const)
        .filter((one) => flow.protocol === '*' || flow.protocol === one)
        .flatMap((one) =>
          meaning[flow.source]!.flatMap((source) =>
            meaning[flow.destination]!.flatMap((destination) =>
              portsOf(flow.sourcePort).flatMap((sourcePort) =>
                portsOf(flow.destinationPort).map((destinationPort) =>
                  oracle(
                    flow.direction,
                    { protocol: one, source, destination, sourcePort, destinationPort },
                    applied,
                  ),
                ),
              ),
            ),
          ),
        );
      // Protocols without ports are in `*` too: only rules for every port take them.
      const wanted = each.every(({ verdict }) => verdict === 'Allow');
      const found = judgeFlow(flow, applied, around);
      if (flow.protocol !== '*') assert.equal(found.verdict, wanted ? 'Allow' : 'Deny');
      else if (!wanted) assert.equal(found.verdict, 'Deny');
    }),
    { seed: 23, numRuns: 800 },
  );
});
