/** Whatever arrives, the answer is an ARM error, and nothing of it is half done. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { names, refusedRaw } from './expect.ts';
import { groupId } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const group = await world.createGroup();
const provider = `${groupId(world, group)}/providers/Microsoft.HybridCompute`;
const scopes = `${provider}/privateLinkScopes`;
const version = 'api-version=2022-11-10';
const good = { location: 'westeurope', properties: { publicNetworkAccess: 'Enabled' } };

describe('bodies', () => {
  const bodies: readonly (readonly [string, string, RegExp])[] = [
    ['no JSON', '{"location": ', /JSON/],
    ['a list', '[]', /object/],
    ['a string', '"westeurope"', /object/],
    ['null', 'null', /object/],
    ['nothing', '', /object/],
    ['a location that is a number', '{"location": 5}', /location/],
    ['tags that are a list', '{"location": "westeurope", "tags": []}', /tags/],
    ['a tag that is a number', '{"location": "westeurope", "tags": {"a": 1}}', /tag/],
    ['properties that are a string', '{"location": "westeurope", "properties": "x"}', /properties/],
    [
      'a property of the wrong type',
      '{"location": "westeurope", "properties": {"publicNetworkAccess": 1}}',
      /publicNetworkAccess/,
    ],
    [
      'an unknown property',
      '{"location": "westeurope", "properties": {"publicNetworkAcess": "Enabled"}}',
      /publicNetworkAccess/,
    ],
    ['an unknown field', '{"location": "westeurope", "colour": "blue"}', /colour/],
    ['a prototype', '{"location": "westeurope", "__proto__": {"admin": true}}', /__proto__/],
    ['JSON of a thousand levels', `{"location": ${'['.repeat(1_000)}${']'.repeat(1_000)}}`, /nested deeper/],
  ];
  for (const [what, body, says] of bodies) {
    test(`${what} is InvalidRequestContent`, async () => {
      const answer = await world.send({ method: 'PUT', path: `${scopes}/bad?${version}`, body });
      refusedRaw(answer, { status: 400, code: 'InvalidRequestContent', says });
    });
  }

  test('without a location is LocationRequired', async () => {
    const answer = await world.send({ method: 'PUT', path: `${scopes}/bad?${version}`, body: '{}' });
    refusedRaw(answer, { status: 400, code: 'LocationRequired' });
  });

  test('of 5 MB is 413, by length and in chunks', async () => {
    const body = JSON.stringify({ ...good, tags: { a: 'x'.repeat(5 * 1024 * 1024) } });
    for (const headers of [undefined, { 'transfer-encoding': 'chunked' }]) {
      const answer = await world
        .send({
          method: 'PUT',
          path: `${scopes}/bad?${version}`,
          body,
          ...(headers ? { headers } : {}),
        })
        // The server may close before it has read all of what it refuses.
        .catch((error: NodeJS.ErrnoException) => {
          assert.match(error.code ?? '', /^(EPIPE|ECONNRESET)$/);
          return undefined;
        });
      if (answer) refusedRaw(answer, { status: 413, code: 'RequestContentTooLarge' });
    }
    assert.equal((await world.send({ path: `${scopes}?${version}` })).status, 200, 'the server goes on');
  });

  test('of another content type are refused', async () => {
    const answer = await world.send({
      method: 'PUT',
      path: `${scopes}/bad?${version}`,
      body: '<scope/>',
      headers: { 'content-type': 'application/xml' },
    });
    refusedRaw(answer, { status: 415, code: 'UnsupportedMediaType' });
  });

  test('of 51 tags, or a tag longer than 256 characters, are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x']));
    for (const tags of [many, { a: 'x'.repeat(257) }, { ['n'.repeat(513)]: 'x' }]) {
      const answer = await world.send({
        method: 'PUT',
        path: `${scopes}/bad?${version}`,
        body: JSON.stringify({ ...good, tags }),
      });
      refusedRaw(answer, { status: 400, code: 'InvalidRequestContent' });
    }
  });
});

describe('ids', () => {
  const paths: readonly (readonly [string, string, number, string])[] = [
    ['an encoded traversal', `${scopes}/%2e%2e%2f%2e%2e%2fother`, 400, 'InvalidResourceId'],
    ['an encoded slash', `${scopes}/a%2Fb`, 400, 'InvalidResourceId'],
    ['a backslash', `${scopes}/a%5Cb`, 400, 'InvalidResourceId'],
    ['a zero byte', `${scopes}/a%00b`, 400, 'InvalidResourceId'],
    ['a broken escape', `${scopes}/a%zz`, 400, 'InvalidResourceId'],
    ['bytes that are no UTF-8', `${scopes}/a%ff`, 400, 'InvalidResourceId'],
    ['two dots', `${scopes}/%2e%2e`, 400, 'InvalidResourceId'],
    ['a name with a space', `${scopes}/a%20b`, 400, 'InvalidResourceName'],
    ['a name of 300 characters', `${scopes}/${'a'.repeat(300)}`, 400, 'InvalidResourceId'],
    [
      'a subscription that is no GUID',
      `/subscriptions/mine${scopes.slice(scopes.indexOf('/resourceGroups'))}/a`,
      400,
      'InvalidSubscriptionId',
    ],
    [
      'a namespace that is not served',
      `${groupId(world, group)}/providers/Microsoft.Moon/rocks/a`,
      404,
      'InvalidResourceNamespace',
    ],
    ['a type that is not served', `${provider}/rocks/a`, 404, 'InvalidResourceType'],
    ['no path at all', '/', 400, 'InvalidResourceId'],
  ];
  for (const [what, path, status, code] of paths) {
    test(`${what} is refused`, async () => {
      const answer = await world.send({
        method: 'PUT',
        path: `${path}?${version}`,
        body: JSON.stringify(good),
      });
      refusedRaw(answer, { status, code });
    });
  }

  for (const name of ['ends.', 'a*b', 'x'.repeat(91), '%20']) {
    test(`a group cannot be named ${name.slice(0, 10)}`, async () => {
      const answer = await world.send({
        method: 'PUT',
        path: `${groupId(world, name)}?api-version=2022-09-01`,
        body: '{"location": "westeurope"}',
      });
      refusedRaw(answer, { status: 400, code: 'InvalidResourceName' });
    });
  }

  test('plain traversal reaches nothing outside of the API', async () => {
    for (const path of ['/../../../../etc/passwd', `${scopes}/../../../../../../etc/passwd`]) {
      const answer = await world.send({ path: `${path}?${version}` });
      assert.ok([400, 404].includes(answer.status), `${answer.status} ${answer.text}`);
      assert.ok(answer.json.error?.code);
      assert.doesNotMatch(answer.text, /root:/);
    }
  });

  test('a path of 20,000 characters is refused', async () => {
    const answer = await world.send({ path: `${scopes}/${'a'.repeat(20_000)}?${version}` });
    assert.ok([400, 414, 431].includes(answer.status), String(answer.status));
  });
});

describe('api-versions', () => {
  const list = (query: string) => world.send({ path: `${scopes}${query}` });

  test('a missing one is MissingApiVersionParameter', async () => {
    refusedRaw(await list(''), { status: 400, code: 'MissingApiVersionParameter' });
    refusedRaw(await list('?api-version='), { status: 400, code: 'MissingApiVersionParameter' });
  });

  test('a malformed one is InvalidApiVersionParameter', async () => {
    for (const bad of ['latest', '2022-13', '20221110', '2022-11-10-']) {
      refusedRaw(await list(`?api-version=${bad}`), { status: 400, code: 'InvalidApiVersionParameter' });
    }
  });

  test('an unknown older one is NoRegisteredProviderFound with the list', async () => {
    refusedRaw(await list('?api-version=2015-01-01'), {
      status: 400,
      code: 'NoRegisteredProviderFound',
      says: /2021-05-20.*2025-01-13/,
    });
  });

  test('a newer one is served as our newest, and says so', async () => {
    const answer = await list('?api-version=2031-01-01');
    assert.equal(answer.status, 200, answer.text);
    assert.match(String(answer.headers['x-tombolo-api-version-served']), /^\d{4}-\d\d-\d\d/);
  });

  for (const known of [
    '2021-05-20',
    '2022-03-10',
    '2022-11-10',
    '2022-12-27',
    '2024-07-10',
    '2025-01-13',
    '2026-06-16-preview',
    '2026-09-01',
    '2024-03-31-preview',
  ]) {
    test(`${known}, which a client sends, is served`, async () => {
      assert.equal((await list(`?api-version=${known}`)).status, 200);
    });
  }
});

describe('methods', () => {
  test('that a resource does not have are MethodNotAllowed with those that it has', async () => {
    const resource = `${scopes}/none/privateLinkResources/hybridcompute?${version}`;
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await world.send({ method, path: resource, body: '{}' });
      refusedRaw(answer, { status: 405, code: 'MethodNotAllowed', says: /GET/ });
    }
  });

  test('on a collection are refused', async () => {
    const answer = await world.send({ method: 'PUT', path: `${scopes}?${version}`, body: '{}' });
    refusedRaw(answer, { status: 405, code: 'MethodNotAllowed' });
  });

  test('that HTTP does not have are refused', async () => {
    const answer = await world.send({ method: 'PROPFIND', path: `${scopes}?${version}` });
    assert.ok([400, 404, 405, 501].includes(answer.status), String(answer.status));
  });

  test('a gap is an error that names it', async () => {
    const answer = await world.send({
      method: 'POST',
      path: `${scopes}/none/notAnAction?${version}`,
    });
    refusedRaw(answer, { status: 501, code: 'NotImplemented', says: /notAnAction/ });
  });
});

describe('every answer', () => {
  test('names its request, keeps the correlation id, and echoes the client request id when asked', async () => {
    const correlation = '5f1a0f53-30a7-4c54-9a0e-6f4f4a3f2b10';
    const client = '0d7fd9bb-64f4-4dbf-93b4-1f0ba7c3ac0e';
    const answer = await world.send({
      path: `${scopes}?${version}`,
      headers: {
        'x-ms-correlation-request-id': correlation,
        'x-ms-client-request-id': client,
        'x-ms-return-client-request-id': 'true',
      },
    });
    assert.equal(answer.headers['x-ms-correlation-request-id'], correlation);
    assert.equal(answer.headers['x-ms-client-request-id'], client);
    assert.match(String(answer.headers['x-ms-request-id']), /^[0-9a-f-]{36}$/);
    assert.match(String(answer.headers['content-type']), /^application\/json/);
  });

  test('does not repeat what would split a header', async () => {
    const answer = await world.send({
      path: `${scopes}?${version}`,
      headers: { 'x-ms-correlation-request-id': 'no-guid <script>' },
    });
    assert.match(String(answer.headers['x-ms-correlation-request-id']), /^[0-9a-f-]{36}$/);
  });
});

test('nothing of all this was created', async () => {
  assert.deepEqual(await names(world.resources.resources.listByResourceGroup(group)), []);
});
