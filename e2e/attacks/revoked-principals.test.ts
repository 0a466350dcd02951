/** What a client can still do with what it had before an administrator took it away: nothing, from the next request on. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { type Arm, signIn } from '../arm.ts';
import { startServer } from '../server.ts';

const scratch = directoryOfFile();

test('a token ends with its principal, its secret with the rotation, and the operator’s own too', async () => {
  const server = await startServer(join(scratch, 'state'));
  const origin = server.ready.resourceManager;
  const done = async (...args: readonly string[]) => {
    const { code, json, stderr } = await server.tombolo('principal', ...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return json as Record<string, string>;
  };
  const about = (arm: Arm) => `${arm.subscription}?api-version=2022-12-01`;
  const isOver = async (arm: Arm, why: RegExp): Promise<void> => {
    const { status, headers, body } = await arm.send('GET', about(arm));
    assert.deepEqual([status, body.error?.code], [401, 'InvalidAuthenticationToken']);
    assert.match(body.error?.message ?? '', why);
    assert.match(headers['www-authenticate'] ?? '', /error="insufficient_claims".*claims="[A-Za-z0-9+/=]+"/);
  };

  const { appId: clientId, clientSecret } = await done('create', 'leaver', '--role', 'Reader');
  const as = (secret: string | undefined) =>
    signIn(server.state, origin, { clientId, clientSecret: secret! });
  const first = await as(clientSecret);
  assert.equal((await first.send('GET', about(first))).status, 200);
  await done('disable', 'leaver');
  await isOver(first, /is disabled/);
  await assert.rejects(as(clientSecret), /AADSTS7000112/);
  await done('enable', 'leaver');
  await isOver(first, /were revoked/);

  const second = await as(clientSecret);
  assert.equal((await second.send('GET', about(second))).status, 200);
  const rotated = await done('rotate', 'leaver');
  await isOver(second, /were revoked/);
  await assert.rejects(as(clientSecret), /AADSTS7000215/);
  const third = await as(rotated.clientSecret);
  await done('delete', 'leaver');
  await isOver(third, /does not exist/);
  await assert.rejects(as(rotated.clientSecret), /AADSTS700016/);

  const operator = await signIn(server.state, origin);
  const before = readFileSync(join(server.state, 'credentials.json'), 'utf8');
  const shown = await done('rotate', 'Tombolo operator', '--days', '3650');
  assert.equal(shown.clientSecret, undefined);
  await isOver(operator, /were revoked/);
  const former = JSON.parse(before) as { clientId: string; clientSecret: string };
  await assert.rejects(signIn(server.state, origin, former), /AADSTS7000215/);
  const again = await signIn(server.state, origin);
  assert.equal((await again.send('GET', about(again))).status, 200);

  // Administrators: the commands' own stays, and so does the last one's assignment.
  const refused = await server.tombolo('principal', 'delete', 'Tombolo operator');
  assert.equal(refused.code, 8);
  assert.match(JSON.stringify(refused.json), /the commands of this installation sign in as it/);
  const owners = `/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`;
  const [own] = await again.list(owners);
  const drop = (arm: Arm, id: string | undefined) => arm.send('DELETE', `${id}?api-version=2022-04-01`);
  assert.equal((await drop(again, own?.id)).body.error?.code, 'CannotDeleteLastRbacAdminAssignment');
  const other = await done('create', 'second', '--administrator');
  const administrator = await signIn(server.state, origin, {
    ...{ clientId: other.appId!, clientSecret: other.clientSecret! },
  });
  assert.equal((await drop(administrator, own?.id)).status, 200);
  assert.equal((await server.tombolo('principal', 'disable', 'second')).code, 8);
  assert.equal(await server.stop(), 0);
});
