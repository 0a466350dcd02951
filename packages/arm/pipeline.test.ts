import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import {
  type ArmWorldOptions,
  createArmWorld,
  owner,
  subscriptionId,
  tenantId,
} from '@tombolo/testkit/arm-world';
import fc from 'fast-check';
import { z } from 'zod';
import { ArmError } from './arm-error.ts';
import { armError } from './errors.ts';
import type { Method } from './message.ts';
import { defineResourceType } from './resource-type.ts';
import { useClaim } from './use-claim.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const groupType = 'Microsoft.Resources/subscriptions/resourceGroups';
const group = `${subscription}/resourceGroups/g`;
const at = (name: string): string => `${group}/providers/Microsoft.X/boats/${name}`;

const boats = defineResourceType<{ readonly mast?: number; readonly tows?: string; readonly name?: string }>({
  type: 'Microsoft.X/boats',
  apiVersions: ['2023-01-01', '2024-01-01'],
  placement: 'tracked',
  name: { pattern: /^[a-z0-9-]{1,20}$/, rule: 'lower case.' },
  envelope: ['kind'],
  properties: z.object({
    mast: z.number().int().optional(),
    tows: z.string().optional(),
    name: z.string().optional(),
  }),
  put: ({ command }) => {
    if (command.properties.mast === 13) throw new Error('a mistake of ours');
    const { tows, name } = command.properties;
    return {
      properties: command.properties as JsonObject,
      effects: {
        claims: [
          ...(tows === undefined ? [] : [useClaim(tows, command.id.text)]),
          ...(name === undefined
            ? []
            : [{ key: `name ${name}`, value: command.id.key, holder: command.id.key }]),
        ],
      },
    };
  },
  patch: 'merge',
  remove: ({ existing }) =>
    (existing.body.properties as JsonObject).mast === 99
      ? new ArmError({ code: 'Moored', status: 409, message: 'it is moored.' })
      : {},
  lists: ['resourceGroup', 'subscription'],
  hidden: (document) => (document.body.properties as JsonObject).mast === 77,
});
const oars = defineResourceType<never>({
  type: 'Microsoft.X/boats/oars',
  apiVersions: ['2024-01-01'],
  placement: 'proxy',
  put: () => ({ properties: {} }),
  lists: ['parent'],
});
const groups = defineResourceType<never>({
  type: groupType,
  apiVersions: ['2024-01-01'],
  placement: 'tracked',
  put: () => ({ properties: {} }),
  lists: ['subscription'],
});
const lights = defineResourceType<never>({
  type: 'Microsoft.X/lights',
  apiVersions: ['2024-01-01'],
  placement: 'proxy',
  lists: [],
  computed: { get: async () => ({ lit: true }) },
  gap: 'Switching lights',
});

const newWorld = async (options: Omit<ArmWorldOptions, 'providers'> = {}) => {
  const world = await createArmWorld({
    providers: [
      { namespace: 'Microsoft.X', types: [boats, oars, lights] },
      { namespace: 'Microsoft.Resources', types: [groups] },
    ],
    ...options,
  });
  await world.put(`${group}?api-version=2024-01-01`, { location: 'japaneast' });
  return world;
};
const boat = (properties: JsonObject = {}) => ({ location: 'japaneast', properties });

describe('the pipeline', () => {
  test('201 then 200, canonical ids below the stored parent, etags, systemData of both writers', async () => {
    const world = await newWorld();
    const lower = `/SUBSCRIPTIONS/${subscriptionId}/resourcegroups/G/PROVIDERS/microsoft.x/BOATS/gull`;
    const made = await world.put(lower, boat());
    assert.equal(made.status, 201);
    assert.equal(made.json.id, at('gull'));
    assert.equal(made.json.type, 'Microsoft.X/boats');
    world.advance(1000);
    const again = await world.put(at('gull'), boat({ mast: 2 }), {
      headers: { 'if-match': made.headers.etag! },
    });
    assert.equal(again.status, 200);
    assert.notEqual(again.headers.etag, made.headers.etag);
    assert.equal(again.json.systemData.createdAt, made.json.systemData.createdAt);
    assert.notEqual(again.json.systemData.lastModifiedAt, made.json.systemData.lastModifiedAt);
    const stale = await world.put(at('gull'), boat(), { headers: { 'if-match': made.headers.etag! } });
    assert.equal(stale.status, 412);
    const read = await world.get(at('gull'), { headers: { 'if-none-match': again.headers.etag! } });
    assert.equal(read.status, 304);
    assert.equal((await world.put(at('gull'), boat(), { headers: { 'if-none-match': '*' } })).status, 412);
    const oar = await world.put(`${lower}/OARS/Left`, {});
    assert.equal(oar.json.id, `${at('gull')}/oars/Left`);
  });

  test('an empty path segment and an empty query value are not there', async () => {
    const world = await newWorld();
    const none = { apiVersion: '2024-01-01' };
    assert.equal((await world.put(at('gull'), boat(), none)).status, 201);
    const doubled = at('gull').replace('/boats', '//boats');
    const read = await world.get(`https://management.test/${doubled}?$expand=`, none);
    assert.deepEqual([read.status, read.json.id], [200, at('gull')]);
    const made = await world.put(`${at('gull')}///oars//left/`, {}, none);
    assert.equal(made.json.id, `${at('gull')}/oars/left`);
    const page = await world.get(
      `${subscription}//resourceGroups/g//providers/Microsoft.X//boats?$skiptoken=`,
      none,
    );
    assert.equal(page.json.value?.length, 1, JSON.stringify(page.json));
    const unversioned = await world.get(`${at('gull')}?api-version=%20`);
    assert.equal(unversioned.json.error.code, 'MissingApiVersionParameter');
    assert.equal((await world.remove(doubled, none)).status, 200);
  });

  test('who does not stand any more is refused, whatever it may', async () => {
    const world = await newWorld({
      requireStanding: async () => {
        throw armError('NotFound', ['The caller']);
      },
    });
    for (const answer of [
      await world.get(at('gull')),
      await world.put(at('gull'), boat()),
      await world.remove(at('gull')),
    ])
      assert.match(answer.json.error.message, /^The caller/);
    assert.deepEqual((await world.store.snapshot(['Microsoft.X/boats'])).documents, []);
  });

  test('a body that could not be parsed is told to who may write, of a type that is served', async () => {
    const sent = async (path: string, options: Parameters<typeof newWorld>[0] = {}) => {
      const world = await newWorld(options);
      const { status, body } = await world.pipeline({
        method: 'PUT',
        path,
        query: new Map([['api-version', '2024-01-01']]),
        headers: new Map(),
        unreadable: armError('InvalidRequestContent', ['no JSON']),
        principal: owner,
        origin: 'https://management.test',
        correlationId: 'c',
      });
      return `${status} ${(body as { error: { message: string } }).error.message}`;
    };
    assert.match(await sent(at('gull')), /^400 .*could not be deserialized: no JSON/);
    assert.match(await sent(`${at('gull')}/sails/s`), /^404 The resource type 'boats\/sails'/);
    const denied = { isAllowed: async () => false };
    assert.match(await sent(at('gull'), denied), /^403 /);
  });

  test('answers carry request and correlation ids, and the client’s own when asked to', async () => {
    const world = await newWorld();
    const answer = await world.get(at('none'), {
      headers: { 'x-ms-client-request-id': 'mine', 'x-ms-return-client-request-id': 'true' },
    });
    assert.match(answer.headers['x-ms-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    assert.match(answer.headers['x-ms-correlation-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(answer.headers['x-ms-client-request-id'], 'mine');
    assert.equal(answer.json.error.code, 'ResourceNotFound');
  });

  const refusals: readonly (readonly [Method, string, JsonObject | undefined, number, string])[] = [
    [
      'PUT',
      `${subscription}/resourceGroups/none/providers/Microsoft.X/boats/b`,
      boat(),
      404,
      'ResourceGroupNotFound',
    ],
    [
      'PUT',
      `/subscriptions/${tenantId}/resourceGroups/g/providers/Microsoft.X/boats/b`,
      boat(),
      404,
      'SubscriptionNotFound',
    ],
    ['PUT', `${at('none')}/oars/left`, {}, 404, 'ParentResourceNotFound'],
    ['PUT', at('UPPER'), boat(), 400, 'InvalidResourceName'],
    ['PUT', at('b'), boat({ mast: 'tall' }), 400, 'InvalidRequestContent'],
    ['PUT', at('b'), boat({ sail: 1 }), 400, 'InvalidRequestContent'],
    ['PUT', at('b'), { location: 'atlantis' }, 400, 'LocationNotAvailableForResourceType'],
    ['PATCH', at('none'), { tags: {} }, 404, 'ResourceNotFound'],
    ['PATCH', `${at('none')}/oars/left`, {}, 405, 'MethodNotAllowed'],
    ['POST', at('b'), {}, 405, 'MethodNotAllowed'],
    ['POST', `${group}/providers/Microsoft.X/boats`, {}, 405, 'MethodNotAllowed'],
    ['DELETE', `${group}/providers/Microsoft.X/boats`, undefined, 405, 'MethodNotAllowed'],
    ['PUT', `${subscription}/providers/Microsoft.X/lights/l`, {}, 501, 'NotImplemented'],
    ['GET', `${subscription}/providers/Microsoft.X/lights`, undefined, 501, 'NotImplemented'],
  ];
  for (const [method, path, body, status, code] of refusals) {
    test(`${method} ${path.split('/').slice(3).join('/')} ${body === undefined ? '' : JSON.stringify(body)} is ${code}`, async () => {
      const world = await newWorld();
      const { through } = await world.store.head();
      const answer = await world.send(method, path, body);
      assert.equal(answer.json.error.code, code);
      assert.equal(answer.status, status);
      assert.equal((await world.store.head()).through, through, 'nothing was written');
      assert.equal(world.refusals.length, 1);
    });
  }

  test('PATCH merges, clears with null, and refuses what it does not know', async () => {
    const world = await newWorld();
    await world.put(at('b'), { ...boat({ mast: 2, name: 'Tern' }), tags: { a: '1', b: '2' }, kind: 'sail' });
    const patched = await world.patch(at('b'), {
      tags: { b: '2', c: '3' },
      properties: { MAST: 3, name: null },
    });
    assert.deepEqual(patched.json.properties, { mast: 3 });
    assert.deepEqual(patched.json.tags, { b: '2', c: '3' });
    assert.equal(patched.json.kind, 'sail');
    assert.equal(
      (await world.patch(at('b'), { properties: { sail: 1 } })).json.error.target,
      'properties.sail',
    );
    assert.equal(
      (await world.patch(at('b'), { location: 'japanwest' })).json.error.code,
      'InvalidResourceLocation',
    );
    assert.equal((await world.patch(at('b'), [])).status, 400);
  });

  test('what is in use cannot be deleted; with its user gone it can, children and all', async () => {
    const world = await newWorld();
    await world.put(at('towed'), boat());
    await world.put(`${at('towed')}/oars/left`, {});
    await world.put(at('tug'), boat({ tows: at('towed') }));
    const refused = await world.remove(at('towed'));
    assert.equal(refused.json.error.code, 'CannotDeleteResource');
    assert.match(refused.json.error.message, /boats\/tug/);
    await world.remove(at('tug'));
    assert.equal((await world.remove(at('towed'))).status, 200);
    assert.deepEqual(await world.store.list({ type: 'Microsoft.X/boats/oars' }), []);
    await world.put(at('moored'), boat({ mast: 99 }));
    assert.equal((await world.remove(at('moored'))).json.error.code, 'Moored');
  });

  test('two holders of one claim: the second is told who has it', async () => {
    const world = await newWorld();
    await world.put(at('a'), boat({ name: 'Tern' }));
    const refused = await world.put(at('b'), boat({ name: 'Tern' }));
    assert.equal(refused.status, 409);
    assert.match(refused.json.error.message, /boats\/a/);
    assert.equal((await world.get(at('b'))).status, 404);
  });

  test('a hidden document is not there for clients', async () => {
    const world = await newWorld();
    await world.put(at('ghost'), boat({ mast: 77 }));
    assert.equal((await world.get(at('ghost'))).status, 404);
    assert.deepEqual((await world.get(`${group}/providers/Microsoft.X/boats`)).json.value, []);
    assert.equal((await world.patch(at('ghost'), {})).status, 404);
    assert.equal((await world.remove(at('ghost'))).status, 204);
    assert.ok(await world.store.get(at('ghost')));
  });

  test('ten writers of one resource at once: each is written once', async () => {
    const world = await newWorld();
    await world.put(at('b'), boat());
    const { version } = (await world.store.get(at('b')))!;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => world.patch(at('b'), { tags: { [`t${index}`]: 'x' } })),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(10).fill(200),
    );
    assert.equal((await world.store.get(at('b')))?.version, version + 10);
  });

  test('an endless conflict is a retryable 409, with nothing written', async () => {
    const world = await newWorld();
    world.store.commit = async () => {
      throw new StoreConflict({ kind: 'version', id: at('b'), expected: 1, found: 2 });
    };
    const answer = await world.put(at('b'), boat());
    assert.equal(answer.json.error.code, 'RetryableConflict');
  });

  test('a mistake of ours is a 500 that tells nothing but the correlation id', async () => {
    const world = await newWorld();
    const answer = await world.put(at('b'), boat({ mast: 13 }));
    assert.equal(answer.status, 500);
    assert.equal(answer.json.error.code, 'InternalServerError');
    assert.ok(!JSON.stringify(answer.json).includes('mistake'));
    assert.equal(world.failures.length, 1);
  });

  test('default is deny, before anything is looked up', async () => {
    const world = await newWorld({ isAllowed: async (_, action) => !action.startsWith('Microsoft.X/') });
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const) {
      const answer = await world.send(method, at('none'), method === 'GET' ? undefined : boat());
      assert.equal(answer.status, 403, method);
    }
  });

  test('bad paths, methods and bodies give an ARM error and change nothing', async () => {
    const world = await newWorld();
    const { through } = await world.store.head();
    const segment = fc.oneof(
      fc.constantFrom(
        'subscriptions',
        subscriptionId,
        'resourceGroups',
        'g',
        'providers',
        'Microsoft.X',
        'boats',
        '..',
        '',
        'b',
      ),
      fc.string({ maxLength: 8 }),
    );
    const path = fc.array(segment, { maxLength: 10 }).map((segments) => `/${segments.join('/')}`);
    const method = fc.constantFrom<Method>('GET', 'HEAD', 'PATCH', 'DELETE', 'POST');
    await fc.assert(
      fc.asyncProperty(method, path, fc.jsonValue(), async (verb, text, body) => {
        const answer = await world.pipeline({
          method: verb,
          path: text,
          query: new Map([['api-version', '2024-01-01']]),
          headers: new Map(),
          body: body as JsonObject,
          principal: { objectId: 'o', tenantId: 't', kind: 'User' },
          origin: 'https://m.test',
          correlationId: 'c',
        });
        assert.notEqual(answer.status, 500);
      }),
      { seed: 6, numRuns: 400 },
    );
    assert.deepEqual(world.failures, []);
    const deletedGroup = (await world.store.get(group)) === undefined;
    assert.equal((await world.store.head()).through, deletedGroup ? through + 1 : through);
  });
});
