/** Programs on a connected machine sign in as the machine: the client libraries' own challenge protocol, roles as for anybody. */

import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { openWorld } from './world.ts';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const agentBin = file('../apps/agent/bin.mjs');
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
/** Clients insist on /var/opt/azcmagent/tokens: agent and clients see a /var/opt of their own. */
const inOwnNamespace = ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /var/opt && exec "$@"', 'sh'];

const unavailable = (): string | false => {
  if (process.getuid?.() !== 0) return 'needs root for a mount namespace';
  return spawnSync('unshare', [...inOwnNamespace, 'true']).status === 0
    ? false
    : 'mount namespaces cannot be made here';
};
const skip = unavailable();

describe('a program on a connected machine', { skip }, async () => {
  if (skip) return;
  const world = await openWorld();
  const group = await world.createGroup('japaneast');
  const [state, profile] = [join(directoryOfFile(), 'agent'), join(directoryOfFile(), 'profile.json')];
  writeFileSync(profile, JSON.stringify(await world.installation.tombolo('profile')));
  const { AZURE_CLIENT_ID = '', AZURE_CLIENT_SECRET = '' } = world.environment;
  const connected = spawnSync(
    process.execPath,
    [
      ...[agentBin, 'connect', '--json', '--state-dir', state, '--cloud-profile', profile],
      ...['-i', AZURE_CLIENT_ID, '-t', world.tenantId, '-s', world.subscriptionId],
      ...['-g', group, '-l', 'japaneast', '-n', 'lamp', '--tags', 'Room=cellar'],
    ],
    { env: { ...process.env, AZCMAGENT_SERVICE_PRINCIPAL_SECRET: AZURE_CLIENT_SECRET }, encoding: 'utf8' },
  );
  assert.equal(connected.status, 0, connected.stdout);
  const run = [agentBin, 'run', '--state-dir', state, '--heartbeat-interval', '3600', '--identity-port', '0'];
  const daemon = childOfFile(
    spawn('unshare', [...inOwnNamespace, process.execPath, ...run], { stdio: 'ignore' }),
  );
  const status = () =>
    JSON.parse(readFileSync(join(state, 'status.json'), 'utf8')) as { identityEndpoint?: string };
  await until('the identity endpoint', () => status().identityEndpoint !== undefined);
  const endpoint = status().identityEndpoint!;
  const connectedAs = JSON.parse(readFileSync(join(state, 'agent.json'), 'utf8')) as { vmId: string };
  const machine = await world.hybridCompute.machines.get(group, 'lamp');

  const withinMachine = async (command: string, args: readonly string[]) => {
    const within = ['-m', '-t', String(daemon.pid), command, ...args];
    const env = {
      ...process.env,
      ...{ ARM_ENDPOINT: world.origin, AZURE_SUBSCRIPTION_ID: world.subscriptionId, RESOURCE_GROUP: group },
      ARM_CA: world.environment.NODE_EXTRA_CA_CERTS!,
      IDENTITY_ENDPOINT: `${endpoint}/metadata/identity/oauth2/token`,
      IMDS_ENDPOINT: endpoint,
    };
    return JSON.parse((await promisify(execFile)('nsenter', within, { env })).stdout);
  };
  const client = () => withinMachine(process.execPath, [file('managed-identity-client.ts')]);

  test('may do nothing until its machine has a role, and then what the role says', async () => {
    const before = await client();
    assert.deepEqual([before.statusCode, before.code], [403, 'AuthorizationFailed'], JSON.stringify(before));
    const assignment = await world.send({
      method: 'PUT',
      path: `/subscriptions/${world.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`,
      body: JSON.stringify({
        properties: {
          principalId: machine.identity!.principalId,
          roleDefinitionId: `/subscriptions/${world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${reader}`,
        },
      }),
    });
    assert.equal(assignment.status, 201, assignment.text);
    assert.deepEqual(await client(), { names: ['lamp'] });
  });

  test('the Python library finds the machine, too', async (t) => {
    if (spawnSync('python3', ['-c', 'import azure.identity']).status !== 0)
      return t.skip('azure-identity for Python is not on this machine');
    const program = `
import base64, json
from azure.identity import ManagedIdentityCredential
token = ManagedIdentityCredential().get_token("https://management.azure.com/.default").token
claims = token.split(".")[1]
print(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode())`;
    assert.equal((await withinMachine('python3', ['-c', program])).oid, machine.identity!.principalId);
  });

  test('learns what its machine is, with the tags that it has', async () => {
    const answer = await fetch(`${endpoint}/metadata/instance/compute?api-version=2020-06-01`, {
      headers: { Metadata: 'true' },
    });
    const { resourceId, tags, tagsList, azEnvironment, vmId } = (await answer.json()) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { resourceId, tags, tagsList, azEnvironment, vmId },
      {
        resourceId: machine.id,
        tags: 'Room:cellar',
        tagsList: [{ name: 'Room', value: 'cellar' }],
        azEnvironment: 'AzurePublicCloud',
        vmId: connectedAs.vmId,
      },
    );
    assert.deepEqual(await (await fetch(`${endpoint}/agentstatus`)).json(), { status: 'Connected' });
  });

  test('learns of other tags at once: the machine is notified, an hour before its next heartbeat', async () => {
    const patched = await world.send({
      method: 'PATCH',
      path: `${machine.id}?api-version=2025-01-13`,
      body: JSON.stringify({ tags: { Room: 'attic' } }),
    });
    assert.equal(patched.status, 200, patched.text);
    const url = `${endpoint}/metadata/instance/compute?api-version=2020-06-01`;
    await until('the new tags', async () => {
      const answer = await fetch(url, { headers: { Metadata: 'true' } });
      return ((await answer.json()) as { tags: string }).tags === 'Room:attic';
    });
  });

  test('is out with its machine: a token that it has still is refused', async () => {
    await world.hybridCompute.machines.delete(group, 'lamp');
    const after = await client();
    assert.equal(after.statusCode, 401, JSON.stringify(after));
  });
});
