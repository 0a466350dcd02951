import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwardCache } from './forward-cache.ts';
import { classes, type ResourceRecord, rcodes } from './resource-record.ts';
import { typeCodes } from './type-codes.ts';

const record = (ttl: number, data: ResourceRecord['data']): ResourceRecord => ({
  ...{ name: 'a.example', type: typeCodes[data.kind as 'A'], class: classes.IN },
  ...{ ttl, data },
});
const soa = (ttl: number, minimum: number): ResourceRecord =>
  record(ttl, {
    ...{ kind: 'SOA', primary: 'ns.example', mailbox: 'h.example' },
    ...{ serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
  } as ResourceRecord['data']);
const address = (ttl: number) => record(ttl, { kind: 'A', address: '10.0.0.4' });

test('an answer is kept by its TTL, an hour at most; a negative one by its SOA, five minutes at most (RFC 2308)', () => {
  let now = 0;
  const keptFor = (
    rcode: number,
    answers: readonly ResourceRecord[],
    authorities: readonly ResourceRecord[],
  ) => {
    const cache = forwardCache(10, () => now);
    const isKeptAt = (seconds: number): boolean => {
      now = 0;
      cache.put('key', { rcode, answers, authorities });
      now = seconds * 1_000;
      return cache.get('key') !== undefined;
    };
    return [30, 60, 299, 300, 3_599, 3_600].filter(isKeptAt);
  };
  assert.deepEqual(keptFor(rcodes.NOERROR, [address(60)], []), [30]);
  assert.deepEqual(keptFor(rcodes.NOERROR, [address(86_400)], []), [30, 60, 299, 300, 3_599]);
  assert.deepEqual(keptFor(rcodes.NXDOMAIN, [], [soa(86_400, 86_400)]), [30, 60, 299]);
  assert.deepEqual(keptFor(rcodes.NXDOMAIN, [], [soa(86_400, 60)]), [30]);
  assert.deepEqual(keptFor(rcodes.NXDOMAIN, [], []), [], 'without an SOA nothing says how long');
});
