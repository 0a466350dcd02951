/** Whole requests of ARM: from the path to the answer, bodies of every type, `$expand`. */

import { deepEqual, ok } from 'node:assert/strict';
import { ArmError, parseJson } from '@tombolo/arm';
import { createAuthority, issueServerCertificate, undecodablePath } from '@tombolo/identity';
import { providers } from '@tombolo/providers';
import { examples, idOf } from '@tombolo/providers/every-type.testkit';
import {
  connectEndpoint,
  endpointId,
  newWorld,
  putScope,
} from '@tombolo/providers/hybrid-compute/topology.testkit';
import type { Json, JsonObject } from '@tombolo/store/port';
import { type Answer, type ArmWorld, createArmWorld, errorOf, owner } from '@tombolo/testkit/arm-world';
import { createArmServer } from '../../apps/tombolo/server/http/arm-server.ts';
import { type Target, textOf, unlessRefused } from '../target.ts';

/** A refusal has a code and words; nothing that is sent is answered by "unexpected". */
const fine = (
  { failures }: { readonly failures: readonly unknown[] },
  { status, json }: Pick<Answer, 'status' | 'json'>,
): void => {
  if (failures.length > 0) throw new Error('the pipeline failed', { cause: failures[0] });
  // 501: what Azure has and is not served here.
  ok(status < 500 || status === 501, `status ${status}: ${JSON.stringify(json)}`);
  if (status < 400 || json === undefined) return;
  const { code, message } = errorOf({ json });
  ok(
    typeof code === 'string' && code !== '' && typeof message === 'string' && message !== '',
    JSON.stringify(json),
  );
};

const certificateOf = async () => {
  const authority = await createAuthority({ name: 'fuzz', now: 0 });
  const { certificate, privateKey } = await issueServerCertificate(authority, {
    names: ['localhost'],
    now: 0,
  });
  return { cert: certificate, key: privateKey };
};

const island = await newWorld();
await putScope(island);
await connectEndpoint(island);
await island.settle();
const serverFailures: unknown[] = [];
const server = createArmServer({
  tls: await certificateOf(),
  pipeline: island.pipeline,
  authenticate: async () => owner,
  originOf: () => 'https://localhost:8443',
  metadataEndpoints: (_origin, apiVersion) => ({ apiVersion }),
  onFailure: (_, error) => serverFailures.push(error),
  now: () => 0,
  onRefusal: () => {},
  onRefusedConnection: () => {},
  undecodablePath: undecodablePath({ now: () => 0, newGuid: () => 'an id', onRefusal: () => {} }),
});
await server.ready();

const readMethods = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT'] as const;

export const httpRequest: Target = {
  name: 'http-request',
  asks: 'createArmServer, createPipeline',
  seeds: [
    `GET ${endpointId}?api-version=2024-05-01&$expand=subnet\n\n`,
    `GET ${endpointId.split('/').slice(0, 5).join('/')}/resources?api-version=2021-04-01&$filter=tagName%20eq%20'a'&$top=1\n\n`,
    `POST ${endpointId.split('/').slice(0, 5).join('/')}/providers/Microsoft.Network/checkDnsNameAvailability?api-version=2024-05-01\ncontent-type: application/json\n\n{"a":1}`,
    'GET //metadata//endpoints?api-version=2022-09-01\naccept: */*\n\n',
    'GET /v1.0/%zz\n\n',
    'GET /subscriptions/%zz?api-version=2021-04-01\nif-none-match: *\n\n',
  ],
  dictionary: [
    ...[
      'GET ',
      'HEAD ',
      'POST ',
      '?api-version=',
      '2024-05-01',
      '2021-04-01-preview',
      '&$filter=',
      '&$top=',
      '&$skiptoken=',
      '&$expand=',
    ],
    ...[
      '%2f',
      '%00',
      '%zz',
      '%C4%B0',
      '//',
      '/../',
      '/providers/',
      '\nif-match: ',
      '\ncontent-type: application/json',
      '\n\n',
      '{"a":',
      '/locations/japaneast/',
    ],
  ],
  run: async (input) => {
    const [head = '', ...rest] = textOf(input).split('\n\n');
    const [line = '', ...lines] = head.split('\n');
    const [word = '', url = ''] = line.split(' ');
    // Those that write would make every run depend on the one before.
    const method = readMethods.slice(0, 3).find((one) => one === word) ?? 'GET';
    const headers = lines.flatMap((each) => {
      const [, name, value] = /^([a-z-]{1,40}): ([ -~]{0,200})$/.exec(each) ?? [];
      return name === undefined || name === 'content-length' || name === 'transfer-encoding'
        ? []
        : [[name, value] as const];
    });
    // HTTP's own parser takes nothing else into a request's target.
    const target = `/${url.replace(/[^!-~]/g, (character) => encodeURI(character.toWellFormed())).replace(/^\/+/, '')}`;
    const answer = await server.inject({
      method,
      url: target,
      headers: Object.fromEntries(headers),
      ...(method === 'POST' ? { payload: rest.join('\n\n') } : {}),
    });
    const failures = [...serverFailures.splice(0), ...island.failures];
    const json = answer.payload === '' ? undefined : JSON.parse(answer.payload);
    fine({ failures }, { status: answer.statusCode, json });
  },
};

export const expand: Target = {
  name: 'expand',
  asks: 'expansionOf',
  seeds: [
    'networkInterfaces',
    'networkInterfaces/ipConfigurations,subnet',
    'subnet , subnet/networkSecurityGroup',
    'Subnet/',
  ],
  dictionary: [
    ',',
    '/',
    ' ',
    'subnet',
    'networkInterfaces',
    'ipConfigurations',
    'privateLinkServiceConnections',
    '__proto__',
    'constructor',
  ],
  longest: 256,
  run: async (input) => {
    const text = textOf(input);
    const answer = await island.get(
      `${endpointId}?api-version=2024-05-01&$expand=${encodeURIComponent(text)}`,
      { apiVersion: '' },
    );
    fine(island, answer);
    ok(answer.status === 200 || answer.status === 400, `status ${answer.status}`);
  },
};

const written = examples.filter(({ body, id }) => body !== undefined && typeof id === 'string');

/** One of each type; the body begins behind the index of its type. */
let world: ArmWorld | undefined;
let uses = 0;
const worldOfAll = async (): Promise<ArmWorld> => {
  // What was written before alters what comes: now and then it is as at the beginning.
  if (world !== undefined && uses++ < 256) return world;
  uses = 0;
  world = await createArmWorld({ providers });
  for (const example of examples) {
    if (!example.body || example.madeBy !== undefined) continue;
    await world.put(await idOf(example, world), example.body);
    await world.settle();
  }
  return world;
};

export const resourceBody: Target = {
  name: 'resource-body',
  asks: 'parseBody and the model of every type, by PUT and PATCH',
  seeds: written.flatMap(({ body, full, patch }, index) =>
    [['P', full ?? body], ...(patch === undefined ? [] : [['H', patch] as const])].map(
      ([method, content]) => `${method}${index}\n${JSON.stringify(content)}`,
    ),
  ),
  dictionary: [
    ...[
      '"properties":{',
      '"tags":{',
      '"location":"japaneast"',
      '"id":"',
      '"name":"',
      '"type":"',
      '"zones":["1"]',
      '"sku":{',
      '"identity":{',
    ],
    ...[
      'null',
      '[null]',
      '{}',
      '"10.0.0.0/8"',
      '"Allow"',
      '"__proto__":{',
      '"provisioningState":"Succeeded"',
      '"etag":"x"',
      '-1',
    ],
  ],
  run: async (input) => {
    const text = textOf(input);
    const [, method, index] = /^([PH])(\d{1,3})\n/.exec(text) ?? [];
    const example = written[Number(index) % written.length];
    if (example === undefined || index === undefined) return;
    const body = unlessRefused([ArmError], () => parseJson(text.slice(text.indexOf('\n') + 1)));
    if (body === undefined) return;
    const here = await worldOfAll();
    const id = await idOf(example, here);
    try {
      const answer = await here.send(method === 'P' ? 'PUT' : 'PATCH', id, body as Json);
      fine(here, answer);
      await here.settle();
      fine(here, { status: 200, json: undefined });
      if (answer.status >= 300 || method !== 'P') return;
      const read = await here.get(id);
      fine(here, read);
      if (read.status !== 200) return;
      const again = await here.put(id, read.json as JsonObject);
      ok(again.status < 300, `what it answers is refused: ${JSON.stringify(again.json)}`);
      await here.settle();
      const { etag: _, ...before } = read.json;
      const { etag: __, ...after } = (await here.get(id)).json;
      deepEqual(Object.keys(after), Object.keys(before), 'written back it has the same members');
    } catch (error) {
      world = undefined;
      throw error;
    }
  },
};
