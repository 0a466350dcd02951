import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { exportRules, findFormat } from './export-rules.ts';
import { planFor, tagDocument } from './plan.testkit.ts';

/** The oracle knows nothing of prefixes: 256 addresses below one base, each in or out. */
const space = 256;
const base4 = '192.0.2.';
const base6 = '2001:db8::';

interface Block {
  readonly at: number;
  /** 0..8 bits of the last octet; the rest is fixed. */
  readonly bits: number;
}

const block = fc
  .record({ at: fc.nat(space - 1), bits: fc.nat(8) })
  .map(({ at, bits }): Block => ({ at: at - (at % 2 ** (8 - bits)), bits }));

const text4 = ({ at, bits }: Block): string => `${base4}${at}/${24 + bits}`;
const text6 = ({ at, bits }: Block): string => `${base6}${at.toString(16)}/${120 + bits}`;

const mark = (blocks: readonly Block[]): readonly boolean[] => {
  const marks = new Array<boolean>(space).fill(false);
  for (const { at, bits } of blocks) for (let i = at; i < at + 2 ** (8 - bits); i++) marks[i] = true;
  return marks;
};

/** The fewest aligned blocks that cover exactly the marks, by halving. */
const fewest = (marks: readonly boolean[], from = 0, size = space): number => {
  const part = marks.slice(from, from + size);
  if (part.every(Boolean)) return 1;
  if (!part.some(Boolean)) return 0;
  return fewest(marks, from, size / 2) + fewest(marks, from + size / 2, size / 2);
};

const readBlock = (family: 4 | 6, prefix: string): Block => {
  const [address = '', length = family === 4 ? '32' : '128'] = prefix.split('/');
  if (family === 4) {
    assert.ok(address.startsWith(base4), prefix);
    return { at: Number(address.slice(base4.length)), bits: Number(length) - 24 };
  }
  assert.ok(address === '2001:db8::' || address.startsWith(base6), prefix);
  return { at: Number.parseInt(address.slice(base6.length) || '0', 16), bits: Number(length) - 120 };
};

const maskBits = (mask: string): number =>
  mask
    .split('.')
    .map((part) => Number(part).toString(2).replaceAll('0', '').length)
    .reduce((sum, count) => sum + count, 0);

/** Reads the prefixes of each form back with a reader of its own. */
const forms: Readonly<Record<string, (text: string) => readonly string[]>> = {
  nftables: (text) => [...text.matchAll(/^\t\t\t([0-9a-f.:]+\/\d+),?$/gm)].map(([, prefix = '']) => prefix),
  iptables: (text) => [...text.matchAll(/^add \S+ (\S+)$/gm)].map(([, prefix = '']) => prefix),
  'edl-addresses': (text) => text.split('\n').filter((line) => /^[0-9a-f]/.test(line)),
  'windows-firewall': (text) => [...text.matchAll(/^ {4}'([^']+)',?\r$/gm)].map(([, prefix = '']) => prefix),
  cisco: (text) =>
    [...text.matchAll(/^ network-object (?:host (\S+)|(\S+:\S*)|(\d\S+) (\d\S+))$/gm)].map(
      ([, host, six, address, mask = '']) => host ?? six ?? `${address}/${maskBits(mask)}`,
    ),
  fortigate: (text) =>
    [...text.matchAll(/set (?:subnet (\S+) (\S+)|ip6 (\S+))$/gm)].map(
      ([, address, mask = '', six]) => six ?? `${address}/${maskBits(mask)}`,
    ),
  csv: (text) => [...text.matchAll(/^internet,address,([^,]+),/gm)].map(([, prefix = '']) => prefix),
  json: (text) => {
    const [rule] = (JSON.parse(text) as { addresses: { prefixes: { v4: string[]; v6: string[] } }[] })
      .addresses;
    return [...(rule?.prefixes.v4 ?? []), ...(rule?.prefixes.v6 ?? [])];
  },
};

/** Only a pattern in the servers' table has this tag, so that forms with names say it by address too. */
const tagOfPattern = 'AzureArcInfrastructure';

const checkForm = (name: string, blocks4: readonly Block[], blocks6: readonly Block[]): void => {
  const half = Math.ceil(blocks4.length / 2);
  // Across two tags, so that rules are merged over both.
  const tags: Readonly<Record<string, readonly string[]>> =
    name === 'cisco' || name === 'fortigate'
      ? { [tagOfPattern]: [...blocks4.map(text4), ...blocks6.map(text6)] }
      : {
          AzureActiveDirectory: [...blocks4.slice(0, half).map(text4), ...blocks6.map(text6)],
          AzureResourceManager: blocks4.slice(half).map(text4),
        };
  // Without a region nothing but the pattern says Arc's names; FortiGate takes them, and is asked with one inside a label.
  const plan = planFor({ products: ['servers'] }, { serviceTags: tagDocument(tags) });
  const asked =
    name === 'fortigate'
      ? { ...plan, hosts: plan.hosts.map((rule) => ({ ...rule, host: rule.host.replace(/^\*\./, 'a*.') })) }
      : plan;
  const text = exportRules(asked, findFormat(name))
    .files.map((file) => file.text)
    .join('\n');
  const found = forms[name]?.(text) ?? [];
  for (const [family, blocks] of [
    [4, blocks4],
    [6, blocks6],
  ] as const) {
    const own = found
      .filter((prefix) => prefix.includes(':') === (family === 6))
      .map((prefix) => readBlock(family, prefix));
    const wanted = mark(blocks);
    assert.deepEqual(mark(own), wanted, `${name}: exactly the same addresses`);
    assert.equal(own.length, fewest(wanted), `${name}: the fewest prefixes`);
  }
};

describe('rules allow exactly the addresses of the service tags, in the fewest prefixes', () => {
  const blocks = fc.array(block, { minLength: 1, maxLength: 24 });
  for (const name of Object.keys(forms)) {
    test(`${name}: no address wider, none lost, against marks on a naive line`, () => {
      fc.assert(
        fc.property(blocks, blocks, (blocks4, blocks6) => checkForm(name, blocks4, blocks6)),
        { seed: 20260810, numRuns: 40 },
      );
    });
  }

  test('the oracle itself tells a wider set from the right one', () => {
    const right = mark([{ at: 4, bits: 6 }]);
    assert.notDeepEqual(mark([{ at: 0, bits: 5 }]), right);
    assert.equal(
      fewest(
        mark([
          { at: 0, bits: 1 },
          { at: 128, bits: 1 },
        ]),
      ),
      1,
    );
    assert.equal(
      fewest(
        mark([
          { at: 64, bits: 2 },
          { at: 128, bits: 2 },
        ]),
      ),
      2,
    );
  });
});
