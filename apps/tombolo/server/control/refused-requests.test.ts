import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { minVersion } from '@tombolo/private-link';
import { openSqliteStore } from '@tombolo/store';
import type { AuditEntry } from '@tombolo/store/port';
import { configurationSchema } from '../../installation/configuration.ts';
import { prepareInstallation, writeRoleTokens } from '../../installation/installation.ts';
import { makeRuntimeDirectory, openStateDirectory, storeFile } from '../../installation/state-directory.ts';
import { type Control, createControl } from './control.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-refused-'));
after(() => rmSync(directory, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const correlationId = '11111111-2222-4333-8444-555555555555';

describe('a refused request leaves a line of activity and a count, and is told by its correlation id', () => {
  let control: Control;
  let lines: readonly AuditEntry[];
  let counts: ReadonlyMap<string, number>;
  const answers: Record<string, Answer> = {};

  /** The lines of the head go out as they are written. */
  const send = (head: readonly string[], body = ''): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(
        { ...control.address, servername: 'localhost', rejectUnauthorized: false, minVersion },
        () =>
          socket.end(
            `${[...head, 'Connection: close', `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`,
          ),
      );
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('end', () => {
        const [top, ...rest] = text.split('\r\n\r\n');
        const [status, ...fields] = top!.split('\r\n');
        resolve({
          status: Number(status!.split(' ')[1]),
          headers: new Map(
            fields.map((field) => [
              field.split(':', 1)[0]!.toLowerCase(),
              field.slice(field.indexOf(':') + 1).trim(),
            ]),
          ),
          body: rest.join('\r\n\r\n'),
        });
      });
    });

  before(async () => {
    const state = openStateDirectory(join(directory, 'state'));
    const configuration = configurationSchema.parse({ httpsPort: 0, dnsPort: 0 });
    const installation = await prepareInstallation(state, configuration);
    let next = 0;
    control = await createControl({
      settings: {
        stateDirectory: state.path,
        runtimeDirectory: makeRuntimeDirectory(state),
        installation,
        configuration,
        tokens: writeRoleTokens(state),
      },
      log: () => {},
      now: Date.now,
      newGuid: () => `00000000-0000-4000-8000-${String(++next).padStart(12, '0')}`,
      newLinkIdentifier: () => 0x01010100,
      onSuperseded: () => {},
      // Only what is written at the end: no flush between two of the requests.
      periodically: () => ({ stop: async () => {} }) as never,
    });
    const arm = [
      `GET /subscriptions?api-version=2022-12-01 HTTP/1.1`,
      `x-ms-correlation-request-id: ${correlationId}`,
    ];
    const { tenantId, clientId } = JSON.parse(readFileSync(join(state.path, 'credentials.json'), 'utf8'));
    const form = (secret: string) =>
      `grant_type=client_credentials&client_id=${clientId}&client_secret=${secret}&scope=https%3A%2F%2Fmanagement.azure.com%2F.default`;
    const post = (path: string) => [
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/x-www-form-urlencoded',
      `client-request-id: ${correlationId}`,
    ];
    answers.noToken = await send([...arm, 'Host: localhost']);
    answers.badToken = await send([...arm, 'Host: localhost', 'Authorization: Bearer a.b.c']);
    answers.twoHosts = await send([...arm, 'Host: localhost', 'Host: other.example']);
    answers.twoTokens = await send([
      ...arm,
      'Host: localhost',
      'Authorization: Bearer a.b.c',
      'authorization: Bearer d.e.f',
    ]);
    answers.graph = await send(['GET /v1.0/applications HTTP/1.1', 'Host: localhost']);
    answers.signIn = await send(post(`/${tenantId}/oauth2/v2.0/token`), form('wrong'));
    await control.close();
    counts = control.numbers().refused;
    const store = openSqliteStore({ path: join(state.of('control'), storeFile), now: Date.now });
    lines = await store.audit({ limit: 1_000 });
    await store.close();
  });

  test('no token and a bad one', () => {
    for (const answer of [answers.noToken!, answers.badToken!]) {
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get('x-ms-correlation-request-id'), correlationId);
      assert.ok(answer.headers.get('www-authenticate'));
    }
    for (const answer of [answers.noToken!, answers.badToken!]) {
      const { code } = (JSON.parse(answer.body) as { error: { code: string } }).error;
      const entry = lines.find((one) => one.code === code && one.resourceId === '/subscriptions');
      assert.equal(entry?.correlationId, correlationId);
      assert.equal(entry.caller, 'anonymous');
      assert.match(entry.message!, /127\.0\.0\.1/);
    }
  });

  test('two Host and two Authorization headers are refused before either is read', () => {
    for (const answer of [answers.twoHosts!, answers.twoTokens!]) {
      assert.equal(answer.status, 400);
      assert.match(answer.body, /is there twice/);
      assert.equal(answer.headers.get('x-ms-correlation-request-id'), correlationId);
    }
    assert.equal(counts.get('InvalidRequestContent'), 2);
  });

  test('Graph without a token', () => {
    assert.equal(answers.graph!.status, 401);
    const asked = lines.find(({ resourceId }) => /applications/.test(resourceId));
    assert.equal(asked?.code, 'InvalidAuthenticationToken');
    assert.equal(asked.caller, 'anonymous');
  });

  test('a failed sign-in says the application, never the secret', () => {
    assert.equal(answers.signIn!.status, 401);
    const entry = lines.find(({ code }) => code === 'AADSTS7000215');
    assert.equal(entry?.correlationId, correlationId);
    assert.equal(entry.action, 'signIn');
    assert.match(entry.message!, /from 127\.0\.0\.1/);
    assert.doesNotMatch(JSON.stringify(lines), /wrong/);
    assert.equal(counts.get('AADSTS7000215'), 1);
  });
});
