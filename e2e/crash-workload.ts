/** A seeded stream of mixed ARM writes on named subjects, and what each subject may be after a crash. */

import assert from 'node:assert/strict';
import type { Json } from '@tombolo/store/port';
import type { Arm } from './arm.ts';

/** Absent, or the mark that the last write put on it. */
export type Mark = string | undefined;

interface Write {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: Json;
  readonly after: Mark;
}

/** One resource that comes, changes and goes; never two writes of it at a time. */
export interface Subject {
  readonly name: string;
  /** `n` numbers the writes, so that each leaves a mark of its own. */
  readonly put: (n: number) => Write;
  /** Absent where the type has no PATCH. */
  readonly patch?: (n: number) => Write;
  readonly remove: Write;
}

/** A seeded generator (mulberry32), so that a failing round can be repeated. */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const tagged = (name: string, path: string, body: Readonly<Record<string, Json>>): Subject => ({
  name,
  put: (n) => ({ method: 'PUT', path, body: { ...body, tags: { n: String(n) } }, after: String(n) }),
  patch: (n) => ({ method: 'PATCH', path, body: { tags: { n: String(n) } }, after: String(n) }),
  remove: { method: 'DELETE', path, after: undefined },
});

export const versions = {
  group: '?api-version=2025-04-01',
  scope: '?api-version=2022-11-10',
  network: '?api-version=2024-05-01',
  zone: '?api-version=2020-06-01',
} as const;

const location = 'japaneast';
const count = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

/** Subjects of every kind that the issue names. `group` holds the networks `base-0`…`base-2`, scope and zone. */
export const subjectsIn = (subscription: string, group: string): readonly Subject[] => {
  const network = `${group}/providers/Microsoft.Network`;
  const scope = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes`;
  const endpoint = (index: number, base: number) => ({
    location,
    properties: {
      subnet: { id: `${network}/virtualNetworks/base-${base}/subnets/endpoints` },
      privateLinkServiceConnections: [
        {
          name: `pe-${index}`,
          properties: { privateLinkServiceId: `${scope}/scope-a`, groupIds: ['hybridcompute'] },
        },
      ],
    },
  });
  return [
    ...count(6, (i) =>
      tagged(`group g-${i}`, `${subscription}/resourceGroups/g-${i}${versions.group}`, { location }),
    ),
    ...count(8, (i) => tagged(`scope s-${i}`, `${scope}/s-${i}${versions.scope}`, { location })),
    ...count(6, (i) =>
      tagged(`network n-${i}`, `${network}/virtualNetworks/n-${i}${versions.network}`, {
        location,
        properties: { addressSpace: { addressPrefixes: [`127.${100 + i}.0.0/16`] } },
      }),
    ),
    ...count(6, (i) =>
      tagged(`zone z-${i}.example`, `${network}/privateDnsZones/z-${i}.example${versions.zone}`, {
        location: 'global',
      }),
    ),
    ...count(6, (i) =>
      tagged(
        `endpoint pe-${i}`,
        `${network}/privateEndpoints/pe-${i}${versions.network}`,
        endpoint(i, i % 3),
      ),
    ),
    ...count(6, (i): Subject => {
      const path = `${network}/virtualNetworks/base-1/subnets/x-${i}${versions.network}`;
      return {
        name: `subnet x-${i}`,
        put: (n) => {
          const prefix = `127.61.${10 + i}.${(n % 16) * 16}/28`;
          return { method: 'PUT', path, body: { properties: { addressPrefix: prefix } }, after: prefix };
        },
        remove: { method: 'DELETE', path, after: undefined },
      };
    }),
    ...count(12, (i): Subject => {
      const path = `${network}/privateDnsZones/records.example/A/r-${i}${versions.zone}`;
      const write = (method: 'PUT' | 'PATCH', n: number): Write => ({
        method,
        path,
        // Both change together or not at all.
        body: { properties: { ttl: n, aRecords: [{ ipv4Address: `10.${i}.${n >> 8}.${n & 255}` }] } },
        after: `${n} 10.${i}.${n >> 8}.${n & 255}`,
      });
      return {
        name: `record r-${i}`,
        put: (n) => write('PUT', n),
        patch: (n) => write('PATCH', n),
        remove: { method: 'DELETE', path, after: undefined },
      };
    }),
  ];
};

/** What is there, as the API shows it, by the subjects' names. */
export const readMarks = async (arm: Arm, group: string): Promise<ReadonlyMap<string, Mark>> => {
  const network = `${group}/providers/Microsoft.Network`;
  const marks = new Map<string, Mark>();
  const read = async (
    kind: string,
    path: string,
    mark: (item: {
      tags?: Readonly<Record<string, string>>;
      properties?: Readonly<Record<string, unknown>>;
    }) => Mark,
  ) => {
    for (const item of await arm.list(path)) marks.set(`${kind} ${item.name}`, mark(item));
  };
  await Promise.all([
    read('group', `${arm.subscription}/resourceGroups${versions.group}`, ({ tags }) => tags?.n),
    read(
      'scope',
      `${group}/providers/Microsoft.HybridCompute/privateLinkScopes${versions.scope}`,
      ({ tags }) => tags?.n,
    ),
    read('network', `${network}/virtualNetworks${versions.network}`, ({ tags }) => tags?.n),
    read('zone', `${network}/privateDnsZones${versions.zone}`, ({ tags }) => tags?.n),
    read('endpoint', `${network}/privateEndpoints${versions.network}`, ({ tags }) => tags?.n),
    read('subnet', `${network}/virtualNetworks/base-1/subnets${versions.network}`, ({ properties }) =>
      String(properties?.addressPrefix),
    ),
    read('record', `${network}/privateDnsZones/records.example/A${versions.zone}`, ({ properties }) => {
      const { ttl, aRecords } = properties as { ttl: number; aRecords: readonly { ipv4Address: string }[] };
      return `${ttl} ${aRecords.map(({ ipv4Address }) => ipv4Address).join()}`;
    }),
  ]);
  return marks;
};

interface Known {
  readonly subject: Subject;
  mark: Mark;
  busy: boolean;
  /** Sent and not answered: what it would be if the write was made. */
  unanswered: { readonly mark: Mark } | undefined;
  /** Accepted and not known to have ended. */
  operation: string | undefined;
}

export interface Workload {
  /** Keeps `width` writes in flight until `total` were acknowledged, or until `stopped` says so or the server is gone. */
  readonly run: (
    arm: Arm,
    options: { width: number; total: number; onAcknowledged: (count: number) => void },
  ) => Promise<void>;
  readonly acknowledged: () => number;
  /** Operations that were accepted and have to end. */
  readonly operations: () => readonly string[];
  /** Compares what is there with what may be there, and goes on from it; how many unanswered writes were made. */
  readonly reconcile: (marks: ReadonlyMap<string, Mark>) => { unanswered: number; made: number };
}

export const createWorkload = (subjects: readonly Subject[], random: () => number): Workload => {
  const all: readonly Known[] = subjects.map((subject) => ({
    subject,
    mark: undefined,
    busy: false,
    unanswered: undefined,
    operation: undefined,
  }));
  let numbered = 0;
  let acknowledged = 0;

  const nextWrite = ({ subject, mark }: Known): Write => {
    numbered += 1;
    if (mark === undefined) return subject.put(numbered);
    const dice = random();
    if (dice < 0.35) return subject.remove;
    return subject.patch && dice < 0.7 ? subject.patch(numbered) : subject.put(numbered);
  };

  const perform = async (arm: Arm, known: Known, onAcknowledged: (count: number) => void): Promise<void> => {
    const write = nextWrite(known);
    known.unanswered = { mark: write.after };
    const answer = await arm.send(write.method, write.path, write.body);
    const told = `${write.method} ${write.path}: ${answer.status} ${JSON.stringify(answer.body.error)}`;
    assert.ok(answer.status < 300, told);
    known.unanswered = undefined;
    known.mark = write.after;
    known.operation = arm.operationOf(answer);
    acknowledged += 1;
    onAcknowledged(acknowledged);
    if (known.operation === undefined) return;
    const ended = await arm.finished(known.operation);
    assert.equal(ended, 'Succeeded', told);
    known.operation = undefined;
  };

  return {
    acknowledged: () => acknowledged,
    operations: () => all.flatMap(({ operation }) => (operation === undefined ? [] : [operation])),
    run: async (arm, { width, total, onAcknowledged }) => {
      const lane = async (): Promise<void> => {
        while (acknowledged < total) {
          const free = all.filter(({ busy }) => !busy);
          const known = free[Math.floor(random() * free.length)]!;
          known.busy = true;
          try {
            await perform(arm, known, onAcknowledged);
          } finally {
            known.busy = false;
          }
        }
      };
      const lanes = await Promise.allSettled(count(width, lane));
      for (const outcome of lanes) {
        // Without a server no answer comes; anything else is a failure of the test.
        if (outcome.status === 'rejected' && !isConnectionError(outcome.reason)) throw outcome.reason;
      }
    },
    reconcile: (marks) => {
      let unanswered = 0;
      let made = 0;
      for (const known of all) {
        const found = marks.get(known.subject.name);
        if (known.unanswered === undefined) {
          assert.equal(found, known.mark, `${known.subject.name}: an acknowledged write is lost`);
        } else {
          unanswered += 1;
          assert.ok(
            found === known.mark || found === known.unanswered.mark,
            `${known.subject.name}: ${found} is neither ${known.mark} nor ${known.unanswered.mark}`,
          );
          if (found === known.unanswered.mark) made += 1;
        }
        known.mark = found;
        known.unanswered = undefined;
        known.operation = undefined;
      }
      return { unanswered, made };
    },
  };
};

const isConnectionError = (error: unknown): boolean =>
  ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
