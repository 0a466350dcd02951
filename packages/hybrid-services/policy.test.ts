import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { members, realClouds, regions, servedNames } from '@tombolo/private-link';
import type { Change, Document } from '@tombolo/store/port';
import fc from 'fast-check';
import { formatClientPublicKey } from './client-public-key.testkit.ts';
import { createFeedProgress } from './feed-progress.ts';
import { createHeartbeatBuffer } from './heartbeat-buffer.ts';
import { bareHost, resolveHost } from './host.ts';
import { createHybridProjection, identityIdOf, identityType } from './projection.ts';
import { parseClientPublicKey, parsePublicKeyJwk, thumbprint } from './public-key.ts';
import { createRateLimit } from './rate-limit.ts';
import { regionalHosts } from './regional-hosts.ts';
import type { RecordedHeartbeat } from './registration-authority.ts';
import { createReplayCache } from './replay-cache.ts';

const cloud = realClouds.AzureCloud!;

describe('host names', () => {
  test('every member of every offered region is a service, and gbl names the same hosts', () => {
    for (const region of regions.filter((entry) => cloud.regions.includes(entry.name))) {
      const kinds = members(region, cloud.suffixes).map(
        (member) => resolveHost(`${member.fqdn}.:8443`, cloud)?.kind,
      );
      assert.deepEqual(kinds, ['gbl', 'his', 'ats', 'agentserviceapi', 'gas', 'dp'], region.name);
      const names = members(region, cloud.suffixes).map((member) => member.fqdn);
      for (const host of Object.values(regionalHosts(region, cloud.suffixes)))
        assert.ok(names.includes(host));
    }
  });

  test('names that earlier versions gave, and our own of a region whose code is known by now, are its services still', () => {
    for (const profile of Object.values(realClouds))
      for (const region of regions.filter(({ cloud: of }) => of === profile.name))
        for (const { fqdn } of servedNames(region, profile.suffixes)) {
          const service = resolveHost(fqdn, profile);
          assert.ok(service, fqdn);
          if (service.region) assert.equal(service.region.name, region.name, fqdn);
        }
    const found = (label: string) => resolveHost(`${label}.his.arc.azure.com`, cloud);
    for (const [label, name] of [
      ['neu', 'northeurope'],
      ['ne', 'northeurope'],
      ['frc', 'francecentral'],
      ['cus', 'centralus'],
      ['tombolo-northeurope', 'northeurope'],
      ['tombolo-westus', 'westus'],
    ] as const)
      assert.deepEqual([found(label)?.kind, found(label)?.region?.name], ['his', name], label);
    for (const label of ['europe-ats', 'us-ats', 'japan-ats', 'tombolo-westus-ats'])
      assert.equal(found(label)?.kind, 'ats', label);
  });

  test('anything else is nobody', () => {
    const his = cloud.suffixes.his;
    for (const host of [
      '',
      his,
      `.${his}`,
      `a.gbl.${his}`,
      `gbl.privatelink.${his}`,
      `usgv.${his}`,
      'gbl.example.org',
      `xgbl${his}`,
    ]) {
      assert.equal(resolveHost(host, cloud), undefined, host);
    }
    assert.equal(bareHost('GBL.His.Arc.Azure.com.:443'), 'gbl.his.arc.azure.com');
    assert.equal(bareHost('gbl.example:443x'), 'gbl.example:443x', 'a port ends the host');
  });
});

test('the notification service is its own name and those one label below; a cloud may have none', () => {
  const kind = (host: string, profile = cloud) => resolveHost(host, profile)?.kind;
  const name = cloud.suffixes.notification!;
  assert.deepEqual(
    [name, name.toUpperCase(), `x.${name}`].map((host) => kind(host)),
    ['gns', 'gns', 'gns'],
  );
  assert.deepEqual(
    [`a.b.${name}`, `.${name}`, `x${name}`].map((host) => kind(host)),
    [undefined, undefined, undefined],
  );
  const { notification: _, ...suffixes } = cloud.suffixes;
  assert.deepEqual(
    [name, 'undefined', 'x.undefined'].map((host) => kind(host, { ...cloud, suffixes })),
    [undefined, undefined, undefined],
  );
});

describe('keys', () => {
  test('RFC 7638 thumbprint agrees with the members of the key in any order; SPKI and JWK are one key', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const raw = publicKey.export({ format: 'jwk' });
    const jwk = parsePublicKeyJwk({ y: raw.y, use: 'sig', x: raw.x, crv: raw.crv, kty: raw.kty })!;
    const spki = formatClientPublicKey(jwk);
    assert.equal(thumbprint(parseClientPublicKey(spki)!), thumbprint(jwk));
    const standard = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    assert.equal(thumbprint(parseClientPublicKey(standard)!), thumbprint(jwk));
    assert.equal(thumbprint(parseClientPublicKey(JSON.stringify(raw))!), thumbprint(jwk));
  });

  test('a private key, another curve, a point off the curve and nonsense are no key', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    const good = privateKey.export({ format: 'jwk' });
    assert.equal(parsePublicKeyJwk(good), undefined);
    assert.equal(parsePublicKeyJwk({ ...good, d: undefined, y: good.x }), undefined);
    assert.equal(parsePublicKeyJwk(p384.export({ format: 'jwk' })), undefined);
    for (const text of ['', '{', 'AAAA', '!', 5, null, 'A'.repeat(5000)])
      assert.equal(parseClientPublicKey(text), undefined);
  });
});

test('a token bucket never lets more through than burst + refill, and never forgets a source that is in use', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }), (gaps) => {
      let now = 0;
      const limit = createRateLimit({ burst: 5, perSecond: 2, maxSources: 3, now: () => now });
      let allowed = 0;
      for (const [index, gap] of gaps.entries()) {
        now += gap;
        if (limit.take('steady') === 0) allowed += 1;
        limit.take(`passing ${index}`);
        assert.ok(allowed <= 5 + (now / 1000) * 2);
      }
    }),
    { seed: 11 },
  );
  let now = 0;
  const limit = createRateLimit({ burst: 1, perSecond: 0.5, maxSources: 10, now: () => now });
  assert.deepEqual([limit.take('a'), limit.take('a'), limit.peek('a')], [0, 2, 2]);
  now = 2_000;
  assert.deepEqual([limit.peek('a'), limit.take('a')], [0, 0]);
});

test('a replay cache takes each id once in its time, and refuses when full rather than forget', () => {
  let now = 0;
  const cache = createReplayCache({ maxEntries: 2, now: () => now });
  assert.deepEqual(
    [cache.use('a', 10_000), cache.use('a', 10_000), cache.use('b', 40_000)],
    ['fresh', 'replayed', 'fresh'],
  );
  assert.equal(cache.use('c', 40_000), 'full');
  now = 11_000;
  assert.equal(cache.use('c', 40_000), 'fresh', 'what has expired makes room');
  assert.equal(cache.use('b', 40_000), 'replayed');
  assert.equal(cache.size, 2);
});

test('waiting for a feed number ends when it is applied, at the deadline, or at once when too many wait', async () => {
  let applied = 3;
  const timers = new Map<number, () => void>();
  let next = 0;
  const progress = createFeedProgress({
    applied: () => applied,
    maxWaiting: 2,
    after: (_milliseconds, callback) => {
      const id = next++;
      timers.set(id, callback);
      return () => timers.delete(id);
    },
  });
  assert.equal(await progress.reached(3, 10), true);
  const waiting = progress.reached(4, 10);
  const never = progress.reached(99, 10);
  assert.equal(await progress.reached(5, 10), false, 'too many');
  applied = 4;
  progress.advanced();
  assert.equal(await waiting, true);
  for (const callback of [...timers.values()]) callback();
  assert.equal(await never, false);
});

describe('heartbeats', () => {
  const beat = (name: string, at: number): RecordedHeartbeat => ({
    machineId: name,
    at,
    serial: 's',
    agentVersion: '1',
    value: {},
  });
  test('are batched, the newest of a machine wins, and are kept while control is down, within bounds', async () => {
    const recorded: (readonly RecordedHeartbeat[])[] = [];
    let down = true;
    const scheduled: (() => void)[] = [];
    const buffer = createHeartbeatBuffer({
      record: async (batch) => {
        if (down) throw new Error('down');
        recorded.push(batch);
      },
      flushMs: 10,
      batchSize: 2,
      maxEntries: 3,
      after: (_milliseconds, callback) => {
        scheduled.push(callback);
        return () => {};
      },
    });
    buffer.add(beat('A', 1));
    buffer.add(beat('a', 2));
    buffer.add(beat('b', 3));
    buffer.add(beat('c', 4));
    await buffer.flush();
    assert.throws(() => buffer.add(beat('d', 5)), { code: 'ServiceBusy' });
    buffer.add(beat('c', 6));
    assert.ok(scheduled.length > 0, 'a retry is planned');
    down = false;
    await buffer.close();
    const all = recorded.flat().toSorted((x, y) => x.at - y.at);
    assert.deepEqual(
      all.map(({ machineId, at }) => [machineId, at]),
      [
        ['a', 2],
        ['b', 3],
        ['c', 6],
      ],
    );
    assert.ok(recorded.every((batch) => batch.length <= 2));
    assert.equal(buffer.size, 0);
  });
});

describe('projection', () => {
  const scope = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/privateLinkScopes/p';
  const document = (id: string, type: string, properties: object, version = 1): Document => ({
    id,
    type,
    version,
    body: { location: 'japaneast', properties: properties as Document['body'] },
  });
  const change = (feed: number, id: string, type: string, properties?: object): Change => ({
    feed,
    id,
    type,
    ...(properties === undefined ? {} : { document: document(id, type, properties) }),
  });
  const connectionType = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections';
  const connection = (link: number, status = 'Approved') => ({
    linkIdentifier: link,
    privateLinkServiceConnectionState: { status },
    members: [],
  });

  test('a connection that gets another link identifier is found by the new one only; a tombstone by none', () => {
    const projection = createHybridProjection();
    const id = `${scope}/privateEndpointConnections/c`;
    projection.apply([change(1, id, connectionType, connection(5))]);
    projection.apply([change(2, id.toUpperCase(), connectionType, connection(6, 'Odd'))]);
    assert.equal(projection.connection(5), undefined);
    assert.equal(projection.connection(6)?.status, 'Disconnected', 'a status that is none is closed');
    assert.equal(projection.connection(6)?.scopeId.toLowerCase(), scope.toLowerCase());
    projection.apply([change(3, id, connectionType)]);
    assert.equal(projection.connection(6), undefined);
    assert.equal(projection.through, 3);
  });

  test('changes one by one and a snapshot of the outcome are the same state', () => {
    const names = fc.constantFrom('a', 'b', 'c');
    const step = fc.record({
      name: names,
      link: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const incremental = createHybridProjection();
        const last = new Map<string, Document>();
        // Link identifiers are claims in the store: two connections never hold one at once.
        for (const [index, { name, link }] of steps.entries()) {
          const id = `${scope}/privateEndpointConnections/${name}`;
          if (link !== undefined) {
            const holder = [...last.entries()].find(
              ([other, held]) =>
                other !== id && (held.body.properties as { linkIdentifier?: number }).linkIdentifier === link,
            );
            if (holder) continue;
          }
          const entry = change(
            index + 1,
            id,
            connectionType,
            link === undefined ? undefined : connection(link),
          );
          if (entry.document) last.set(id, entry.document);
          else last.delete(id);
          incremental.apply([entry]);
        }
        const rebuilt = createHybridProjection();
        rebuilt.replace(last.values());
        for (let link = 1; link <= 4; link += 1)
          assert.deepEqual(incremental.connection(link), rebuilt.connection(link));
      }),
      { seed: 12 },
    );
  });

  test('10,000 machines: a change touches its own machine only, and certificates are found by serial', () => {
    const projection = createHybridProjection();
    const jwk = parsePublicKeyJwk(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
    )!;
    const id = (index: number) =>
      `/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/m${index}`;
    const documents = Array.from({ length: 10_000 }, (_, index) => [
      document(id(index), 'Microsoft.HybridCompute/machines', { vmId: `${index}` }),
      document(identityIdOf(id(index)), identityType, {
        machineId: id(index),
        publicKeyJwk: jwk,
        certificates: [{ serial: `00AB${index}`, notAfter: 1 }],
      }),
    ]).flat();
    projection.replace(documents);
    const untouched = projection.machine(id(1));
    projection.apply([change(1, identityIdOf(id(7)), identityType)]);
    assert.equal(projection.identityBySerial('ab7'), undefined);
    assert.equal(projection.identityBySerial('ab8')?.machineId, id(8));
    assert.equal(projection.machine(id(1)), untouched, 'the very same object');
    projection.replace([]);
    assert.equal(projection.identityBySerial('ab8'), undefined);
  });
});
