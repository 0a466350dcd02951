/** Inputs made of inputs: octets flipped, cut, repeated, spliced; words of the format put in; numbers moved to their bounds. */

import type { Random } from './random.ts';
import { octetsOf } from './target.ts';

export interface Material {
  readonly random: Random;
  /** Other inputs, to splice from. */
  readonly corpus: readonly Uint8Array[];
  readonly words: readonly Uint8Array[];
  readonly longest: number;
}

type Change = (input: Uint8Array, material: Material) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const replaced = (input: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array =>
  joined(input.subarray(0, from), by, input.subarray(to));

/** A place and a length within the input, short ones more often. */
const range = (input: Uint8Array, { below }: Random): readonly [from: number, to: number] => {
  const from = below(input.length + 1);
  return [from, Math.min(input.length, from + below(1 << (1 + below(8))))];
};

const withOctet = (input: Uint8Array, at: number, octet: number): Uint8Array => {
  const changed = Uint8Array.from(input);
  if (at < changed.length) changed[at] = octet;
  return changed;
};

const telling = [0, 1, 9, 10, 13, 0x20, 0x22, 0x25, 0x27, 0x2e, 0x2f, 0x3a, 0x5c, 0x7f, 0x80, 0xc0, 0xff];
const bounds = [
  '0',
  '-1',
  '1.5',
  '1e400',
  '255',
  '256',
  '65535',
  '65536',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
].map(octetsOf);

const changes: readonly Change[] = [
  (input, { random: { below } }) => {
    const at = below(input.length);
    return withOctet(input, at, (input[at] ?? 0) ^ (1 << below(8)));
  },
  (input, { random: { below } }) => withOctet(input, below(input.length), below(256)),
  (input, { random: { below, oneOf } }) => withOctet(input, below(input.length), oneOf(telling)),
  (input, { random: { below, oneOf } }) => {
    const at = below(input.length + 1);
    return replaced(input, at, at, Uint8Array.of(below(2) === 0 ? below(256) : oneOf(telling)));
  },
  (input, { random }) => replaced(input, ...range(input, random), new Uint8Array(0)),
  (input, { random: { below } }) => input.slice(0, below(input.length + 1)),
  // What is there again, now and then many times: depth and length are bounds too.
  (input, { random }) => {
    const [from, to] = range(input, random);
    const times = random.below(8) === 0 ? 1 + random.below(200) : 1 + random.below(3);
    return replaced(input, to, to, joined(...Array.from({ length: times }, () => input.subarray(from, to))));
  },
  (input, { random, corpus }) => {
    const other = random.oneOf(corpus);
    return replaced(input, ...range(input, random), other.subarray(...range(other, random)));
  },
  (input, { random, corpus }) => {
    const other = random.oneOf(corpus);
    return joined(
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    );
  },
  (input, { random, words }) => {
    const at = random.below(input.length + 1);
    return words.length === 0 ? input : replaced(input, at, at, random.oneOf(words));
  },
  (input, { random, words }) =>
    words.length === 0 ? input : replaced(input, ...range(input, random), random.oneOf(words)),
  (input, { random }) => {
    const runs = [...String.fromCharCode(...input.subarray(0, 4096)).matchAll(/\d+/g)];
    if (runs.length === 0) return input;
    const { 0: digits, index } = random.oneOf(runs);
    return replaced(input, index, index + digits.length, random.oneOf(bounds));
  },
  // A length of two octets, as binary formats write it, a little off.
  (input, { random: { below } }) => {
    const at = below(input.length - 1);
    if (at < 0 || input.length < 2) return input;
    const value = ((input[at]! << 8) | input[at + 1]!) + below(9) - 4;
    return withOctet(withOctet(input, at, (value >> 8) & 0xff), at + 1, value & 0xff);
  },
  // One JSON value in another's place.
  (input, { random: { below, oneOf } }) => {
    const values = ['null', '0', '-1', '""', '"x"', '[]', '{}', '[null]', 'true', '{"__proto__":1}'];
    const text = String.fromCharCode(...input.subarray(0, 4096));
    const found = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+|true|false|null|\[\]|\{\}/g)];
    if (found.length === 0) return input;
    const { 0: value, index } = found[below(found.length)]!;
    return replaced(input, index, index + value.length, octetsOf(oneOf(values)));
  },
];

/** One change half of the time, else up to six; never longer than the material allows. */
export const mutated = (input: Uint8Array, material: Material): Uint8Array => {
  let changed = input;
  const { below } = material.random;
  for (let left = below(2) === 0 ? 1 : 2 + below(5); left > 0; left -= 1)
    changed = material.random.oneOf(changes)(changed, material).subarray(0, material.longest);
  return Uint8Array.from(changed);
};
