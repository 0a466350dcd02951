/** `tombolo fleet simulate`: agents of one process are machines as others are, are refused as others are, and leave nothing. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { signIn } from './arm.ts';
import { bin, environment, startServer } from './server.ts';

const server = await startServer(join(directoryOfFile(), 'state'));
const arm = await signIn(server.state, server.ready.resourceManager);
const groups = `${arm.subscription}/resourceGroups`;
const scope = `${groups}/scopes/providers/Microsoft.HybridCompute/privateLinkScopes/closing`;
const putScope = (publicNetworkAccess: 'Enabled' | 'Disabled') =>
  arm.done('PUT', `${scope}?api-version=2024-07-10`, {
    location: 'japaneast',
    properties: { publicNetworkAccess },
  });
const machines = () =>
  arm.list(`${arm.subscription}/providers/Microsoft.HybridCompute/machines?api-version=2024-07-10`);
const groupNames = async () =>
  (await arm.list(`${groups}?api-version=2021-04-01`)).map(({ name }) => name).toSorted();

const simulate = (...flags: readonly string[]) => {
  const child = childOfFile(
    spawn(process.execPath, [bin, 'fleet', 'simulate', '--state', server.state, ...flags], {
      env: environment({ COLUMNS: '200' }),
    }),
  );
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return {
    said,
    interrupt: async () => {
      child.kill('SIGINT');
      return closed;
    },
  };
};
/** Of the table's row of that name. */
const figure = (text: string, row: string): number =>
  Number(new RegExp(`│ ${row} +│ (\\d+) `).exec(text)?.[1]);

describe('twenty agents in two processes', () => {
  test('all connect and beat; a closed scope refuses its own by name; a signal takes the machines away', async () => {
    await arm.done('PUT', `${groups}/scopes?api-version=2021-04-01`, { location: 'japaneast' });
    await putScope('Enabled');
    const open = simulate('--count', '12', '--resource-group', 'open', '--heartbeat', '0.5');
    const closing = simulate(
      ...['--count', '8', '--resource-group', 'closing', '--prefix', 'late', '--heartbeat', '0.5'],
      ...['--private-link-scope', scope],
    );
    await until('twenty are Connected', async () => {
      const connected = (await machines()).filter(({ properties }) => properties?.status === 'Connected');
      return (
        connected.length === 20 && /12 connected/.test(open.said.err) && /8 connected/.test(closing.said.err)
      );
    });
    await putScope('Disabled');
    await until('the closed scope', () => /PublicNetworkAccessDisabled: .*closing/.test(closing.said.err));

    assert.equal(await open.interrupt(), 0, open.said.err);
    assert.equal(figure(open.said.out, 'connected'), 12);
    assert.ok(figure(open.said.out, 'heartbeats taken') > 0, open.said.out);
    assert.equal(figure(open.said.out, 'heartbeats refused'), 0);
    assert.match(open.said.out, /bytes a heartbeat +│ [1-9]\d+ sent, [1-9]\d+ received/);
    assert.match(open.said.out, /processor time of hybrid +│ [\d.]+ s/);
    assert.match(open.said.out, /Removed 12 machines, and their resource group\./);
    assert.equal(await closing.interrupt(), 9, closing.said.err);
    assert.equal(figure(closing.said.out, 'connected'), 8);
    assert.ok(figure(closing.said.out, 'heartbeats refused') > 0, closing.said.out);
    assert.match(closing.said.out, /heartbeats refused: \d+ × PublicNetworkAccessDisabled: /);
    assert.deepEqual(await machines(), []);
    assert.deepEqual(await groupNames(), ['scopes']);
  });

  test('what is kept stays, and what is of the same name and not its own is left alone', async () => {
    const run = (...flags: readonly string[]) =>
      server.tomboloHere('fleet', 'simulate', '--count', '2', '--for', '1s', '--json', ...flags);
    const kept = await run('--keep');
    assert.equal(kept.code, 0, kept.stdout);
    assert.deepEqual(kept.json.machines, { removed: 0, kept: true, groupRemoved: false });
    const again = await run('--for', '1h');
    assert.equal(again.code, 9);
    const { AZCM0044 } = again.json.connectFailed as Record<string, { count: number }>;
    assert.equal(AZCM0044?.count, 2);
    assert.deepEqual((await machines()).map(({ name }) => name).toSorted(), ['sim-1', 'sim-2']);
  });

  test('what no fleet can be is refused, and nothing stays of it', async () => {
    for (const [flags, code, says] of [
      [['--network', 'nowhere', '--resource-group', 'never'], 2, /no virtual network 'nowhere'/],
      [['--private-link-scope', `${scope}-not`, '--resource-group', 'never'], 8, /ResourceNotFound/],
      [['--location', 'usgovvirginia', '--resource-group', 'fleet'], 2, /is no region of AzureCloud/],
    ] as const) {
      const refused = await server.tomboloHere('fleet', 'simulate', '--json', ...flags);
      assert.equal(refused.code, code, refused.stdout + refused.stderr);
      assert.match(refused.stdout + refused.stderr, says);
    }
    assert.deepEqual(await groupNames(), ['fleet', 'scopes']);
  });
});
