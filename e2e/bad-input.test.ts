import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import type { Json } from '@tombolo/store/port';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { type ArmAnswer, signIn } from './arm.ts';
import { fixedAddresses } from './fixed-addresses.ts';
import { childNames, startServer } from './server.ts';

const server = await startServer(join(directoryOfFile(), 'state'));
const arm = await signIn(server.state, server.ready.resourceManager);
const { port } = new URL(server.ready.resourceManager);
const ca = readFileSync(join(server.state, 'ca.pem'), 'utf8');
const { authorization } = arm.authorization;

const location = 'japaneast';
const group = `${arm.subscription}/resourceGroups/bad`;
const network = `${group}/providers/Microsoft.Network`;
const scopes = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes`;
const at = {
  group: '?api-version=2025-04-01',
  network: '?api-version=2024-05-01',
  zone: '?api-version=2020-06-01',
  scope: '?api-version=2022-11-10',
};
await arm.done('PUT', group + at.group, { location });

const processes = () => childNames.map((name) => server.pid(name));
const feed = async () => (await server.tomboloHere('status')).json.feed;
const listed = async () => (await arm.list(`${group}/resources${at.group}`)).map(({ id }) => id);

/** Writes bytes as they are on a TLS connection of their own; everything that comes back until it ends or is quiet. */
const exchange = (bytes: readonly (string | Buffer)[], { halfClose = true } = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), servername: 'localhost', ca });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('secureConnect', () => {
      for (const part of bytes) socket.write(part);
      if (halfClose) socket.end();
    });
    // A reset is a dropped connection: as good an answer as any.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? undefined : reject(error),
    );
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.setTimeout(120_000, () =>
      socket.destroy(new Error('neither an answer nor an end in two minutes')),
    );
  });

const statusesIn = (answer: string): number[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code));

const head = (request: string, ...headers: readonly string[]): string =>
  [request, `Host: localhost:${port}`, `Authorization: ${authorization}`, ...headers, '', ''].join('\r\n');
const put = (name: string, ...headers: readonly string[]): string =>
  head(`PUT ${scopes}/${name}${at.scope} HTTP/1.1`, 'Content-Type: application/json', ...headers);
const body = JSON.stringify({ location });
const length = `Content-Length: ${Buffer.byteLength(body)}`;

/** Each is an ARM error or a dropped connection, and leaves feed, list and processes as they were. */
const harmless: readonly (readonly [string, () => readonly (string | Buffer)[]])[] = [
  [
    'both Content-Length and Transfer-Encoding',
    () => [put('x', length, 'Transfer-Encoding: chunked'), `0\r\n\r\n`],
  ],
  ['two Content-Lengths', () => [put('x', length, 'Content-Length: 0'), body]],
  ['a Content-Length that is negative', () => [put('x', 'Content-Length: -1'), body]],
  ['a Content-Length with a sign', () => [put('x', `Content-Length: +${body.length}`), body]],
  ['a Content-Length beyond numbers', () => [put('x', 'Content-Length: 99999999999999999999'), body]],
  ['an obfuscated Transfer-Encoding', () => [put('x', 'Transfer-Encoding: xchunked', length), body]],
  ['a space before the colon', () => [put('x', `Content-Length : ${body.length}`), body]],
  ['a chunk size that is none', () => [put('x', 'Transfer-Encoding: chunked'), 'zz\r\n{}\r\n0\r\n\r\n']],
  [
    'a chunk size beyond numbers',
    () => [put('x', 'Transfer-Encoding: chunked'), 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
  ],
  [
    'a chunk shorter than it says',
    () => [put('x', 'Transfer-Encoding: chunked'), '50\r\n{"location":"japaneast"}\r\n0\r\n\r\n'],
  ],
  ['a chunked body that ends in its middle', () => [put('x', 'Transfer-Encoding: chunked'), '5\r\n{"loc']],
  ['a body shorter than its length', () => [put('x', 'Content-Length: 500'), body]],
  ['a folded header', () => [put('x', length, 'X-Folded: a\r\n b'), body]],
  ['a zero byte in a header', () => [put('x', length, 'X-Zero: a\0b'), body]],
  ['a bare line feed before a header', () => [put('x', `X-A: b\nTransfer-Encoding: chunked`, length), body]],
  ['a header of 100 kB', () => [put('x', length, `X-Long: ${'a'.repeat(100_000)}`), body]],
  ['5,000 headers', () => [put('x', length, ...Array.from({ length: 5_000 }, (_, n) => `X-${n}: a`)), body]],
  [
    'two Host headers',
    () => [put('x', length, 'Host: other.example'), body].map((part) => part.replace(location, 'nowhere')),
  ],
  [
    'no Host header',
    () => [
      `PUT ${scopes}/x${at.scope} HTTP/1.1\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n${length}\r\n\r\n${body}`,
    ],
  ],
  ['another protocol', () => ['SSH-2.0-OpenSSH_9.9\r\n']],
  ['HTTP/2 without being asked', () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.alloc(64)]],
  ['random bytes', () => [Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * 7_919) & 255))]],
  ['a method that HTTP does not have', () => [head(`FLY ${scopes}/x${at.scope} HTTP/1.1`, length), body]],
  ['a URL that is not UTF-8', () => [Buffer.from(put('x%ff%fe', length), 'latin1'), body]],
  ['a raw URL byte beyond ASCII', () => [Buffer.from(put('x\xff', length), 'latin1'), body]],
  [
    'JSON that is not UTF-8',
    () => [
      put('x', 'Content-Length: 24'),
      Buffer.from('{"location":"japan\xffeast"}'.slice(0, 24), 'latin1'),
    ],
  ],
  [
    'JSON of 100,000 levels',
    () => [
      put('x', `Content-Length: ${200_014}`),
      `{"location": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`.slice(0, 200_014),
    ],
  ],
  [
    'a body of 5 MB',
    () => [put('x', `Content-Length: ${5 * 1024 * 1024}`), Buffer.alloc(5 * 1024 * 1024, 0x20)],
  ],
  [
    'a body of 5 MB in chunks',
    () => [
      put('x', 'Transfer-Encoding: chunked'),
      ...Array.from({ length: 5 }, () => `100000\r\n${' '.repeat(0x100000)}\r\n`),
      '0\r\n\r\n',
    ],
  ],
  [
    'an upgrade to a protocol that is not there',
    () => [
      head(
        `GET ${scopes}${at.scope.replace('2022', '1999')} HTTP/1.1`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Connection: close',
      ),
    ],
  ],
  ['CONNECT through it', () => [`CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n`]],
  [
    'a URL of another host',
    () => [head(`GET http://169.254.169.254/metadata/instance HTTP/1.1`, 'Connection: close')],
  ],
  [
    'a prototype as a property',
    () => [
      put('x', 'Content-Length: 60'),
      `{"location":"${location}","__proto__":{"isAdmin":true}}`.padEnd(60),
    ],
  ],
  [
    'a constructor as a property',
    () => [
      put('x', 'Content-Length: 80'),
      `{"location":"${location}","constructor":{"prototype":{"isAdmin":1}}}`.padEnd(80),
    ],
  ],
  [
    'a prototype inside properties',
    () => [
      put('x', 'Content-Length: 80'),
      `{"location":"${location}","properties":{"__proto__":{"isAdmin":1}}}`.padEnd(80),
    ],
  ],
];

describe('a request that is wrong on the wire is an ARM error or a dropped connection, and changes nothing', () => {
  const state = async () => ({ processes: processes(), feed: await feed(), resources: await listed() });
  let unchanged: Awaited<ReturnType<typeof state>>;
  before(async () => {
    unchanged = await state();
  });
  for (const [what, bytes] of harmless) {
    test(what, async () => {
      const answer = await exchange(bytes());
      for (const status of statusesIn(answer))
        assert.ok(status >= 400 && status < 600 && status !== 500, answer.slice(0, 500));
      if (answer.includes('application/json'))
        assert.match(answer, /\{"error":\{"code":"\w+","message":"[^"]/);
      assert.doesNotMatch(answer, /\n\s+at |node:internal|\/apps\/|\/packages\//, 'no inside shows');
    });
  }

  test('one after the other on the wire: what follows a refused request is not taken for another', async () => {
    const smuggled = head(`DELETE ${group}${at.group} HTTP/1.1`);
    const answer = await exchange([
      put('x', `Content-Length: ${smuggled.length}`, 'Transfer-Encoding: chunked'),
      '0\r\n\r\n',
      smuggled,
    ]);
    assert.ok(
      statusesIn(answer).every((status) => status === 400),
      answer,
    );
  });

  after(async () => {
    assert.deepEqual(await state(), unchanged, 'no process ended, nothing was written');
    assert.doesNotMatch(server.log(), /request failed|unhandled/, 'nothing of it was a surprise');
  });
});

describe('paths and queries', () => {
  let number: unknown;
  before(async () => {
    number = await feed();
  });
  const good = { location };
  const refused: readonly (readonly [string, string, string])[] = [
    ['plain traversal', 'PUT', `${scopes}/../../../../x${at.scope}`],
    ['encoded traversal', 'PUT', `${scopes}/%2e%2e%2f%2e%2e%2fx${at.scope}`],
    ['encoded twice', 'PUT', `${scopes}/%252e%252e%252fx${at.scope}`],
    ['backslashes', 'PUT', `${scopes}/..%5c..%5cx${at.scope}`],
    ['a zero byte', 'PUT', `${scopes}/x%00${at.scope}`],
    ['dots as a name', 'PUT', `${scopes}/%2e%2e${at.scope}`],
    ['an empty name', 'PUT', `${scopes}/%20${at.scope}`],
    ['half an escape', 'PUT', `${scopes}/x%${at.scope}`],
    ['a file of the machine', 'GET', `/etc/passwd${at.scope}`],
    ['a name of 1,000 characters', 'PUT', `${scopes}/${'n'.repeat(1_000)}${at.scope}`],
    ['another type below', 'PUT', `${scopes}/x/y/z${at.scope}`],
    ['a subscription that is none', 'PUT', `/subscriptions/x/resourceGroups/y${at.group}`],
    ['api-version twice', 'PUT', `${scopes}/x${at.scope}&api-version=1999-01-01`],
    ['api-version of words', 'PUT', `${scopes}/x?api-version=latest`],
    ['api-version with a tail', 'PUT', `${scopes}/x?api-version=2022-11-10%0d%0aX-Injected:1`],
    ['api-version of a day that is none', 'PUT', `${scopes}/x?api-version=2022-99-99`],
    ['no api-version', 'PUT', `${scopes}/x`],
    ['$top of nothing', 'GET', `${scopes}${at.scope}&$top=-1`],
    ['$top of words', 'GET', `${scopes}${at.scope}&$top=many`],
    ['a $skiptoken of another', 'GET', `${scopes}${at.scope}&$skiptoken=%7b%22__proto__%22%3a1%7d`],
    ['a $filter that does not parse', 'GET', `${group}/resources${at.group}&$filter=((((`],
  ];
  for (const [what, method, path] of refused) {
    test(`${what}: refused, or found to be nothing`, async () => {
      // As the bytes are: a URL object would tidy the path.
      const text = JSON.stringify(good);
      const answer = await exchange(
        [
          head(
            `${method} ${path} HTTP/1.1`,
            'Connection: close',
            'Content-Type: application/json',
            `Content-Length: ${method === 'PUT' ? text.length : 0}`,
          ),
          method === 'PUT' ? text : '',
        ],
        { halfClose: false },
      );
      const [status] = statusesIn(answer);
      assert.ok(status !== undefined && status >= 400 && status < 500, answer.slice(0, 300));
      assert.match(answer, /\{"error":\{"code":"\w+","message":"[^"]/);
      assert.doesNotMatch(answer, /^X-Injected/im);
    });
  }
  after(async () => assert.equal(await feed(), number, 'nothing was written'));
});

/** One of them is made, the others are refused with this code and leave nothing. */
const oneWins = (answers: readonly ArmAnswer[], code: RegExp): void => {
  const told = JSON.stringify(answers.map(({ status, body }) => [status, body.error ?? body]));
  assert.equal(answers.filter(({ status }) => status < 300).length, 1, told);
  for (const { status, body } of answers) {
    if (status < 300) continue;
    assert.ok(status === 400 || status === 409, told);
    // Private DNS answers without the envelope.
    assert.match((body.error ?? body).code ?? '', code);
  }
};

describe('claims that are wanted twice at the same time', () => {
  const endpointBody = (scope: string, subnet: string, address?: string): Json => ({
    location,
    properties: {
      subnet: { id: subnet },
      privateLinkServiceConnections: [
        {
          name: 'c',
          properties: { privateLinkServiceId: `${scopes}/${scope}`, groupIds: ['hybridcompute'] },
        },
      ],
      ...(address === undefined ? {} : { ipConfigurations: fixedAddresses(address) }),
    },
  });
  before(async () => {
    for (const scope of ['one', 'two']) await arm.done('PUT', `${scopes}/${scope}${at.scope}`, { location });
  });
  const networkOf = async (index: number): Promise<string> => {
    const id = `${network}/virtualNetworks/claims-${index}`;
    await arm.done('PUT', id + at.network, {
      location,
      properties: {
        addressSpace: { addressPrefixes: [`127.${80 + index}.0.0/16`] },
        subnets: [{ name: 'endpoints', properties: { addressPrefix: `127.${80 + index}.1.0/24` } }],
      },
    });
    return id;
  };
  const endpoint = (name: string) => `${network}/privateEndpoints/${name}${at.network}`;
  const settle = (answers: readonly ArmAnswer[]) =>
    Promise.all(
      answers.map((answer) =>
        answer.status < 300 && arm.operationOf(answer) ? arm.finished(arm.operationOf(answer)!) : undefined,
      ),
    );
  const count = async (type: string): Promise<number> =>
    (await arm.list(`${network}/${type}${at.network}`)).length;

  test('R1: of endpoints to two scopes in one network, one is made', async () => {
    const subnet = `${await networkOf(0)}/subnets/endpoints`;
    const answers = await Promise.all(
      ['one', 'two', 'one', 'two'].map((scope, n) =>
        arm.send('PUT', endpoint(`r1-${n}`), endpointBody(scope, subnet)),
      ),
    );
    await settle(answers);
    // Two to the same scope are allowed: all that were made go to one scope.
    const made = answers.flatMap(({ status }, n) => (status < 300 ? [n % 2] : []));
    assert.ok(
      made.length >= 1 && new Set(made).size === 1,
      JSON.stringify(answers.map(({ status, body: { error } }) => [status, error])),
    );
    for (const {
      status,
      body: { error },
    } of answers)
      if (status >= 300) assert.equal(error!.code, 'NetworkHasAnotherPrivateLinkScope');
    assert.equal(made.length, 2, 'both to the winning scope');
    assert.equal(await count('privateEndpoints'), 2);
    assert.equal(await count('networkInterfaces'), 2, 'the refused ones left no interface');
  });

  test('of endpoints with one static address, one is made', async () => {
    const subnet = `${await networkOf(1)}/subnets/endpoints`;
    const before = await count('privateEndpoints');
    const answers = await Promise.all(
      [0, 1, 2, 3].map((n) =>
        arm.send('PUT', endpoint(`static-${n}`), endpointBody('one', subnet, '127.81.1.77')),
      ),
    );
    await settle(answers);
    oneWins(answers, /^PrivateIPAddressIsAllocated$/);
    assert.equal(await count('privateEndpoints'), before + 1);
    assert.equal(await count('networkInterfaces'), before + 1);
  });

  test('R23: of two zones of one name that are linked to one network, one is', async () => {
    const networkId = await networkOf(2);
    const other = `${arm.subscription}/resourceGroups/bad-two`;
    await arm.done('PUT', other + at.group, { location });
    const zones = [group, other].map(
      (where) => `${where}/providers/Microsoft.Network/privateDnsZones/twice.example`,
    );
    for (const zone of zones) await arm.done('PUT', zone + at.zone, { location: 'global' });
    const answers = await Promise.all(
      zones.map((zone) =>
        arm.send('PUT', `${zone}/virtualNetworkLinks/link${at.zone}`, {
          location: 'global',
          properties: { virtualNetwork: { id: networkId }, registrationEnabled: false },
        }),
      ),
    );
    await settle(answers);
    oneWins(answers, /./);
    const links = await Promise.all(zones.map((zone) => arm.list(`${zone}/virtualNetworkLinks${at.zone}`)));
    assert.equal(links.flat().length, 1);
  });

  test('of ten PUTs that must create, one does', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        arm.send(
          'PUT',
          `${scopes}/first${at.scope}`,
          { location, tags: { n: String(n) } },
          { 'if-none-match': '*' },
        ),
      ),
    );
    assert.equal(answers.filter(({ status }) => status < 300).length, 1);
    assert.ok(answers.every(({ status }) => status < 300 || status === 412));
  });

  test('a network that is deleted while an endpoint comes into it: never an endpoint without its network', async () => {
    const id = await networkOf(3);
    const [removed, made] = await Promise.all([
      arm.send('DELETE', id + at.network),
      arm.send('PUT', endpoint('late'), endpointBody('one', `${id}/subnets/endpoints`)),
    ]);
    await settle([removed!, made!]);
    const [networkThere, endpointThere] = await Promise.all([
      arm.send('GET', id + at.network),
      arm.send('GET', endpoint('late')),
    ]);
    assert.ok(
      endpointThere!.status === 404 || networkThere!.status === 200,
      `${networkThere!.status} ${endpointThere!.status}`,
    );
    assert.notEqual(networkThere!.status === 404, endpointThere!.status === 200);
  });

  after(async () => {
    const waited = await server.tomboloHere('wait');
    assert.equal(waited.code, 0, waited.stdout);
    assert.doesNotMatch(server.log(), /request failed|unhandled|operation step failed/);
  });
});
