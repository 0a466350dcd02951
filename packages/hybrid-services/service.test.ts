/** The way of a request through the service, without sockets: name, route, operation, limits. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { realClouds } from '@tombolo/private-link';
import { ConnectionReset } from './access.ts';
import type { Connection, HybridState } from './projection.ts';
import { createRateLimit } from './rate-limit.ts';
import { createReplayCache } from './replay-cache.ts';
import type { ServiceRequest } from './request.ts';
import { createHybridService } from './service.ts';

const cloud = realClouds.AzureCloud!;
const profile = { suffixes: cloud.suffixes, regions: ['japaneast'] };
const hosts = {
  gbl: `gbl.${cloud.suffixes.his}`,
  his: `je.${cloud.suffixes.his}`,
  gns: cloud.suffixes.notification!,
};
const connection: Connection = {
  id: '/scope/privateEndpointConnections/c',
  scopeId: '/scope',
  linkIdentifier: 7,
  status: 'Approved',
  members: [{ memberName: 'Global', groupId: 'g', fqdns: [hosts.gbl], privateIpAddress: '10.0.0.4' }],
};
const privately = (linkIdentifier: number, source = '192.168.0.4') =>
  ({ kind: 'private', source, linkIdentifier, destination: '10.0.0.4' }) as const;

const createWorld = (limits: { readonly bootstrap?: number; readonly failures?: number } = {}) => {
  let status: Connection['status'] = 'Approved';
  const waited: number[] = [];
  const state: HybridState = {
    through: 0,
    scope: () => undefined,
    connection: (link) => (link > 90 ? undefined : { ...connection, status, linkIdentifier: link }),
    machine: () => undefined,
    identity: () => undefined,
    identityBySerial: () => undefined,
    work: () => [],
    packages: () => [],
    tokenKeys: () => [],
  };
  const limit = (burst: number) => createRateLimit({ burst, perSecond: 0.1, maxSources: 100, now: () => 0 });
  const unused = () => assert.fail('not asked for');
  const logged: unknown[] = [];
  const service = createHybridService({
    profile,
    state,
    applied: async (feed) => {
      waited.push(feed);
      return true;
    },
    authority: {
      ...{ register: unused, renew: unused, disconnect: unused },
      ...{ identityToken: unused, recordHeartbeats: unused },
      recordReport: unused,
    },
    heartbeats: { add: unused, flush: unused, close: unused, size: 0 },
    replays: createReplayCache({ maxEntries: 10, now: () => 0 }),
    bootstrapLimit: limit(limits.bootstrap ?? 100),
    failureLimit: limit(limits.failures ?? 100),
    machineAuthorities: [],
    now: () => 0,
    newGuid: () => 'guid',
    onFailureLog: (entry, source) => logged.push({ ...entry, source }),
  });
  const ask = async (more: Partial<ServiceRequest>): Promise<string> => {
    try {
      const answer = await service({
        id: 'id',
        method: 'GET',
        path: '/regions/japaneast',
        host: hosts.gbl,
        headers: {},
        readBody: async () => '{}',
        arrival: { kind: 'public', source: '20.0.0.4' },
        ...more,
      });
      return String(answer.status);
    } catch (error) {
      if (error instanceof ConnectionReset) return 'reset';
      if (!(error instanceof ArmError)) return 'fault';
      const after = error.headers['retry-after'];
      const again = after === undefined ? '' : ` after ${after}`;
      return `${error.status} ${error.code}${again}: ${error.message}`;
    }
  };
  return {
    ask,
    waited,
    logged,
    setStatus: (value: Connection['status']) => {
      status = value;
    },
  };
};

describe('a request', () => {
  test('for a name that is no service’s is misdirected', async () => {
    const { ask } = createWorld();
    for (const host of ['example.org', `xx.${cloud.suffixes.his}`])
      assert.equal(
        await ask({ host }),
        `421 MisdirectedRequest: '${host}' is not served on this connection: it is no name of a service. Open a new connection to the address of that name.`,
      );
    assert.match(
      await ask({ serverName: 'example.org' }),
      /^421 .*the TLS connection was made for 'example.org'/,
    );
  });

  test('for what the service does not have says what was asked, and what it has there', async () => {
    const { ask } = createWorld();
    assert.equal(
      await ask({ path: '/nothing' }),
      `404 NotFound: GET /nothing of ${hosts.gbl} is not served here. What each service takes is in packages/hybrid-services/README.md of Tombolo's sources.`,
    );
    assert.equal(
      await ask({ path: '/log', method: 'DELETE' }),
      '405 MethodNotAllowed: DELETE is not supported for /log. Supported: PUT.',
    );
    assert.match(await ask({ path: '/log', host: hosts.his }), /^404 /, 'another service does not have it');
  });

  test('with a path that cannot be decoded is invalid', async () => {
    const { ask } = createWorld();
    assert.equal(
      await ask({ path: '/regions/%zz' }),
      '400 InvalidRequest: The request is invalid: the path is badly encoded.',
    );
    assert.match(await ask({ path: '/regions/japan%20east' }), /^200$/);
    assert.match(
      await ask({ path: '/regions/atlan%20tis' }),
      /^404 LocationNotFound: There is no region 'atlan tis'/,
    );
  });

  test('open to all is not judged by the connection; a bootstrap is, each time (R15)', async () => {
    const { ask, setStatus } = createWorld();
    assert.equal(await ask({ arrival: privately(7) }), '200');
    assert.equal(await ask({ arrival: privately(91) }), 'reset');
    setStatus('Rejected');
    assert.equal(await ask({ arrival: privately(7) }), 'reset');
    assert.equal(await ask({ host: hosts.gns, path: '/' }), '200');
  });
});

describe('limits', () => {
  const many =
    '429 TooManyRequests after 10: Too many requests from this address. Wait as long as Retry-After says.';

  test('bootstrap requests are counted by source; on private endpoints by link identifier and source', async () => {
    const { ask } = createWorld({ bootstrap: 1 });
    for (const arrival of [
      { kind: 'public', source: '20.0.0.4' },
      { kind: 'public', source: '20.0.0.5' },
      privately(7),
      privately(8),
      privately(7, '192.168.0.5'),
    ] as const) {
      assert.equal(await ask({ arrival }), '200');
      assert.equal(await ask({ arrival }), many);
    }
    assert.equal(await ask({ host: hosts.gns, path: '/' }), '200', 'what is open is not counted');
  });

  test('who keeps failing to prove itself is turned away before the proof is looked at, by the same count', async () => {
    const { ask } = createWorld({ failures: 2 });
    const wrong = { host: hosts.his, path: '/machines/heartbeats', method: 'POST' };
    for (let failure = 0; failure < 2; failure += 1)
      assert.match(await ask(wrong), /^401 AuthenticationFailed/);
    assert.equal(
      await ask(wrong),
      '429 TooManyRequests after 10: Too many failed authentications from this address. Wait as long as Retry-After says.',
    );
    const elsewhere = { ...wrong, arrival: { kind: 'public', source: '20.0.0.5' } as const };
    assert.match(await ask(elsewhere), /^401 /);
    assert.equal(await ask({}), '200', 'it may ask for what needs no proof');
  });

  test('an error that is no failed proof does not count', async () => {
    const { ask } = createWorld({ failures: 1 });
    const token = { host: `japan-ats.${cloud.suffixes.his}`, path: '/oauth2/token', method: 'POST' };
    for (let time = 0; time < 3; time += 1) {
      assert.match(await ask(token), /^400 InvalidRequest: .*grant_type/);
      const broken = { ...token, readBody: () => Promise.reject(new Error('cut off')) };
      assert.equal(await ask(broken), 'fault');
    }
  });
});

test('a request that states a feed number waits until it is applied; what is no such number is passed over', async () => {
  const { ask, waited } = createWorld();
  const beat = { host: hosts.his, path: '/machines/heartbeats', method: 'POST' };
  for (const stated of ['12', '0', '123456789012345', '1234567890123456', 'x1', '1x', '-1', '', undefined])
    await ask({ ...beat, headers: { 'x-tombolo-feed': stated } });
  assert.deepEqual(waited, [12, 0, 123_456_789_012_345]);
});

test('a failure log is kept with where it came from', async () => {
  const { ask, logged } = createWorld();
  await ask({ path: '/log', method: 'PUT', readBody: async () => '{"message":"no route"}' });
  assert.deepEqual(logged, [{ message: 'no route', source: '20.0.0.4' }]);
});
