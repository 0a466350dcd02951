/** A list of service tags of a size and shape like the published one, from a seed; and a later version of it. */

import { formatPrefix, type Prefix4, type Prefix6, sizes4 } from '@tombolo/ip/prefix';
import type { ServiceTag, ServiceTagDocument } from '@tombolo/service-tags';

/** Small and good enough to scatter addresses; the same numbers on every machine. */
const randomNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const SERVICES = 60;
const REGIONS = 50;

/**
 * `count` prefixes in 60 services × 50 regions; a share of them IPv6. Neighbours are near each other and often siblings or
 * nested, as in the published list, so that aggregation has work to do.
 */
export const makeList = (count: number, seed: number, share6 = 0.25): ServiceTagDocument => {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const perTag = Math.ceil(count / (SERVICES * REGIONS));
  const tags: ServiceTag[] = [];
  let left = count;
  for (let service = 0; service < SERVICES; service++)
    for (let region = 0; region < REGIONS && left > 0; region++) {
      const own = Math.min(left, perTag);
      left -= own;
      const base = 0x0d00_0000 + region * 2 ** 20 + below(2 ** 18);
      const addressPrefixes = Array.from({ length: own }, () => {
        if (random() < share6) {
          const length = 44 + below(21);
          const start =
            (0x2603_1000n + BigInt(region)) * 2n ** 96n + BigInt(below(2 ** 12)) * 2n ** BigInt(128 - length);
          const prefix: Prefix6 = { version: 6, start, length };
          return formatPrefix(prefix);
        }
        const length = 22 + below(11);
        const start = base + below(2 ** 14);
        const prefix: Prefix4 = { version: 4, start: start - (start % sizes4[length]!), length };
        return formatPrefix(prefix);
      });
      tags.push({
        name: `Service${service}.Region${region}`,
        id: `Service${service}.Region${region}`,
        changeNumber: '1',
        region: `region${region}`,
        platform: 'Azure',
        systemService: `Service${service}`,
        addressPrefixes,
        networkFeatures: ['API', 'NSG'],
      });
    }
  return { cloud: 'Public', changeNumber: '1', form: 'file', tags };
};

/** A week later: a twentieth of the tags lost some prefixes to the next region and got new ones. */
export const nextVersion = (before: ServiceTagDocument, seed: number): ServiceTagDocument => {
  const random = randomNumbers(seed);
  const tags = before.tags.map((tag) => ({ ...tag, addressPrefixes: [...tag.addressPrefixes] }));
  for (const [index, tag] of tags.entries()) {
    if (random() > 0.05) continue;
    const moved = tag.addressPrefixes.splice(0, Math.ceil(tag.addressPrefixes.length / 4));
    tags[(index + 1) % tags.length]!.addressPrefixes.push(...moved);
    tag.addressPrefixes.push(`20.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}.0/24`);
  }
  return { ...before, changeNumber: '2', tags };
};
