/**
 * Import, aggregation and difference of service tags, beside FireHOL iprange and Python's ipaddress on the same input,
 * in turns within one run. `node bench/service-tags.ts [--json] [--rounds N] [--prefixes N]`.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { difference, formatSet, parsePrefixSet, union } from '@tombolo/ip/prefix-set';
import {
  compareDocuments,
  keepVersion,
  readDocumentTexts,
  type ServiceTagDocument,
  toFile,
} from '@tombolo/service-tags';
import { environment, isThere } from './peers.ts';
import { median, printRows, type Row } from './report.ts';
import { makeList, nextVersion } from './service-tag-list.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    prefixes: { type: 'string', default: '100000' },
  },
});
const [rounds, count] = [Number(values.rounds), Number(values.prefixes)];
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(count) || count < 1)
  throw new Error('--rounds and --prefixes must be whole numbers of at least 1.');

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const linesOf = (document: ServiceTagDocument) => document.tags.flatMap((tag) => tag.addressPrefixes);

const before = makeList(count, 1);
const after = nextVersion(before, 2);
const json = JSON.stringify(toFile(before));
const jsonFile = write('list.json', json);
const mixed = linesOf(before);
const mixedFile = write('mixed.txt', mixed.join('\n'));
// iprange (1.x) knows IPv4 only: lists of as many prefixes without IPv6.
const before4 = makeList(count, 3, 0);
const [lines4, later4] = [linesOf(before4), linesOf(nextVersion(before4, 4))];
const [file4, laterFile4] = [write('v4.txt', lines4.join('\n')), write('v4-later.txt', later4.join('\n'))];

const worker = fileURLToPath(new URL('./service-tags-process.ts', import.meta.url));
const output = (program: string, args: readonly string[]): string =>
  execFileSync(program, [...args], {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Prints the seconds of the job without the interpreter's start, then the result. */
const python = {
  aggregate: `
import sys, time, ipaddress
text = open(sys.argv[1]).read()
start = time.perf_counter()
nets = [ipaddress.ip_network(line) for line in text.split()]
out = [str(n) for v in (4, 6) for n in ipaddress.collapse_addresses([n for n in nets if n.version == v])]
print(time.perf_counter() - start)
print("\\n".join(out))`,
  import: `
import sys, time, json, ipaddress
text = open(sys.argv[1]).read()
start = time.perf_counter()
for tag in json.loads(text)["values"]:
    for prefix in tag["properties"]["addressPrefixes"]: ipaddress.ip_network(prefix)
print(time.perf_counter() - start)`,
};
const python3 = isThere('python3')
  ? output('python3', ['-c', 'import sys; print(sys.executable)']).trim()
  : undefined;
const hasIprange = isThere('iprange');
for (const [name, there] of [
  ['iprange', hasIprange],
  ['python3', python3 !== undefined],
] as const)
  if (!there) console.error(`${name} cannot be had here: its rows are left out.`);
const pythonSeconds = (script: keyof typeof python, file: string): number =>
  Number(output(python3!, ['-c', python[script], file]).split('\n', 1)[0]);

/** Seconds of one run; what prints its own time returns it. */
const subjects: Record<string, () => number | undefined> = {};
const add = (name: string, run: () => unknown, there = true): void => {
  if (there)
    subjects[name] = () => {
      const answer = run();
      return typeof answer === 'number' ? answer : undefined;
    };
};
const aggregateTexts = (lines: readonly string[]) => {
  formatSet(parsePrefixSet(lines));
};
const kept = join(directory, 'kept');

add('import: parse and check', () => {
  readDocumentTexts([json]);
});
add('import: python3 json + ip_network', () => pythonSeconds('import', jsonFile), python3 !== undefined);
add('import: and keep on disk, synced', () => {
  keepVersion(kept, readDocumentTexts([json]).document, { source: 'bench', fetchedAt: 0 });
});
add('aggregate IPv4 and IPv6', () => aggregateTexts(mixed));
add('aggregate IPv4 and IPv6: python3', () => pythonSeconds('aggregate', mixedFile), python3 !== undefined);
add('aggregate IPv4', () => aggregateTexts(lines4));
add('aggregate IPv4: python3', () => pythonSeconds('aggregate', file4), python3 !== undefined);
add('aggregate IPv4, whole process', () => void output(process.execPath, [worker, 'aggregate', file4]));
add('aggregate IPv4, whole process: iprange', () => void output('iprange', [file4]), hasIprange);
add(
  'aggregate IPv4, whole process: python3',
  () => void output(python3!, ['-c', python.aggregate, file4]),
  python3 !== undefined,
);
add('difference of two IPv4 lists', () => {
  const [a, b] = [parsePrefixSet(lines4), parsePrefixSet(later4)];
  formatSet(union(difference(a, b), difference(b, a)));
});
add('difference, whole process', () => void output(process.execPath, [worker, 'diff', file4, laterFile4]));
const iprangeDiff = (): string => {
  try {
    return output('iprange', [file4, '--diff', laterFile4]);
  } catch (error) {
    // It ends with 1 where the lists differ.
    return String((error as { stdout?: string }).stdout);
  }
};
add('difference, whole process: iprange', () => void iprangeDiff(), hasIprange);
add('difference by tag, with moves and rules', () => {
  compareDocuments(before, after);
});

/** What is compared has to be the same work: the peers' answers are ours. */
const checkAnswers = (): void => {
  const ours = formatSet(parsePrefixSet(lines4));
  const same = (name: string, theirs: readonly string[], own = ours) => {
    const full = theirs.filter(Boolean).map((line) => (line.includes('/') ? line : `${line}/32`));
    if (full.length !== own.length || full.some((line, at) => line !== own[at]))
      throw new Error(`${name} gives other prefixes than we do: ${full.length} and ${own.length}.`);
  };
  if (hasIprange) {
    same('iprange', output('iprange', [file4]).split('\n'));
    const [a, b] = [parsePrefixSet(lines4), parsePrefixSet(later4)];
    same('iprange --diff', iprangeDiff().split('\n'), formatSet(union(difference(a, b), difference(b, a))));
  }
  if (python3 !== undefined) {
    const answer = (file: string) => output(python3, ['-c', python.aggregate, file]).split('\n').slice(1);
    same('python3', answer(file4));
    same('python3', answer(mixedFile), formatSet(parsePrefixSet(mixed)));
  }
  same(
    'our process',
    readFileSync(file4, 'utf8') === ''
      ? []
      : output(process.execPath, [worker, 'aggregate', file4]).split('\n'),
  );
};
checkAnswers();

const samples = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]));
// One round to warm up; then all in turns, so that a noisy moment of the machine meets all of them.
for (let round = -1; round < rounds; round++)
  for (const [name, run] of Object.entries(subjects)) {
    const start = process.hrtime.bigint();
    const own = run();
    const seconds = own ?? Number(process.hrtime.bigint() - start) / 1e9;
    if (round >= 0) samples.get(name)!.push(seconds * 1000);
  }

/** Ours → what is beside it. */
const peers: Readonly<Record<string, readonly string[]>> = {
  'import: parse and check': ['import: python3 json + ip_network'],
  'aggregate IPv4 and IPv6': ['aggregate IPv4 and IPv6: python3'],
  'aggregate IPv4': ['aggregate IPv4: python3', 'aggregate IPv4, whole process: iprange'],
  'aggregate IPv4, whole process': [
    'aggregate IPv4, whole process: iprange',
    'aggregate IPv4, whole process: python3',
  ],
  'difference of two IPv4 lists': ['difference, whole process: iprange'],
  'difference, whole process': ['difference, whole process: iprange'],
};
const milliseconds = (name: string) => median(samples.get(name)!);
const rows: Row[] = [...samples.keys()].map((name) => {
  const beside = (peers[name] ?? [])
    .filter((peer) => samples.has(peer))
    .map((peer) => `${(milliseconds(name) / milliseconds(peer)).toFixed(2)} × ${peer.split(': ').at(-1)}`);
  return {
    [`${count} prefixes`]: name,
    'median ms': milliseconds(name),
    lowest: Math.min(...samples.get(name)!),
    highest: Math.max(...samples.get(name)!),
    'time beside peers': beside.join(', '),
  };
});
printRows(rows, values.json);
