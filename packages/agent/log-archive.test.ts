import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { setProperty } from './configuration.ts';
import { makeKey } from './key-making.ts';
import { archiveLogs } from './log-archive.ts';
import { redacted } from './redaction.ts';
import { openStateDirectory } from './state-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-logs-'));
after(() => rmSync(directory, { recursive: true }));

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

describe('the archive of logs', async () => {
  const state = await openStateDirectory(join(directory, 'state'));
  const secret = 'the secret of the principal';
  const password = 'p%40ss-of-the-proxy';
  await makeKey(state, () => 'the-vm');
  await state.writeSettings(
    setProperty({}, 'proxy.url', `http://me:${password}@proxy:80`, 'replace').settings,
  );
  const key = readFileSync(join(state.path, 'key.pem'), 'utf8');
  const known = [secret, password, decodeURIComponent(password), ...key.trim().split('\n').slice(1, -1)];
  const line = JSON.stringify({
    message: 'a heartbeat',
    error: `${known.join(' ')} ${token} Bearer abcdef0123456789 https://a:b-of-c@host/`,
    body: JSON.stringify({ client_secret: 'secret-in-json', access_token: 'opaque-token' }),
    key,
  });
  mkdirSync(join(state.path, 'log'));
  for (const name of ['agent.log', 'agent.log.1', 'agent.log.2', 'notes.txt'])
    writeFileSync(join(state.path, 'log', name), `${line}\n`);
  const secrets = [...known, token, 'abcdef0123456789', 'b-of-c', 'secret-in-json', 'opaque-token'];

  for (const [full, logs] of [
    [false, ['log/agent.log', 'log/agent.log.1']],
    [true, ['log/agent.log', 'log/agent.log.1', 'log/agent.log.2']],
  ] as const)
    test(`${full ? 'in full' : 'the two newest'}, without any secret of the machine`, async () => {
      const path = await archiveLogs({
        ...{ state, full, directory, shown: '{}', now: Date.UTC(2026, 10, 27, 12, 30) },
        env: { AZCMAGENT_SERVICE_PRINCIPAL_SECRET: secret },
      });
      assert.match(path, /\/azcmagent-20261127T123000-[\w.-]+\.zip$/);
      const files = Object.entries(unzipSync(readFileSync(path))).map(
        ([name, bytes]) => [name, strFromU8(bytes)] as const,
      );
      assert.deepEqual(
        files.map(([name]) => name).filter((name) => name.startsWith('log/')),
        logs,
      );
      for (const [name, text] of files) {
        if (name.endsWith('.json')) JSON.parse(text);
        else assert.match(text, /a heartbeat/);
        for (const one of secrets) assert.ok(!text.includes(one), `${name} has ${one}`);
      }
    });
});

test('what is known by its value is taken out wherever it stands, and other texts stay as they are', () => {
  const word = fc.stringMatching(/^[!-~]{6,20}$/);
  fc.assert(
    fc.property(
      word,
      fc.string({ maxLength: 30 }),
      fc.string({ maxLength: 30 }),
      (secret, before, behind) => {
        fc.pre(!`[redacted]${before}${behind}`.includes(secret));
        const text = `${before}${secret}${behind} ${encodeURIComponent(secret)} ${JSON.stringify({ secret })}`;
        assert.ok(!redacted(text, [secret, secret.slice(0, 6)]).includes(secret));
      },
    ),
    { seed: 5 },
  );
  const plain = 'GET https://gbl.his.arc.azure.com:8443/regions/japaneast 200 at 2026-11-27T12:00:00Z';
  assert.equal(redacted(plain, ['', 'abc']), plain);
});
