/** az itself, where it is on the PATH (2.45 or later): signed in by `tombolo az`, behind a proxy that lets nothing through. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childOfFile } from '@tombolo/testkit/ends-with-file';
import { openGuardProxy } from './leak-guard.ts';
import { openWorld } from './world.ts';

const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
const skip = spawnSync('az', ['version']).status === 0 ? false : 'az is not on the PATH';

test('az signs in, makes and shows resources, and ends with its own exit codes', { skip }, async () => {
  const world = await openWorld();
  const proxy = await openGuardProxy();
  const az = (
    line: string,
  ): Promise<{ readonly code: number | null; readonly text: string; readonly said: string }> =>
    new Promise((resolve) => {
      const args = [bin, 'az', '--state', world.installation.state, ...line.split(' ')];
      const env = { ...process.env, ...proxy.environment };
      const child = childOfFile(
        execFile(process.execPath, args, { env }, (_error, stdout, stderr) =>
          resolve({ code: child.exitCode, text: stdout, said: stderr }),
        ),
      );
    });
  const shown = async (line: string): Promise<unknown> => {
    const { code, text, said } = await az(`${line} --output json`);
    assert.equal(code, 0, `az ${line}: ${said}`);
    return text.trim() === '' ? undefined : JSON.parse(text);
  };
  const type = 'Microsoft.HybridCompute/privateLinkScopes';
  const group = (await shown('group create -n real -l japaneast --tags a=b')) as { id: string };
  assert.equal(group.id, `/subscriptions/${world.subscriptionId}/resourceGroups/real`);
  assert.equal(await shown('group exists -n real'), true);
  assert.deepEqual(await shown('group list --tag a=b --query [].name'), ['real']);
  const created = `resource create -g real -n scope --resource-type ${type} -l japaneast`;
  await shown(`${created} -p {"publicNetworkAccess":"Disabled"}`);
  const named = `-g real -n scope --resource-type ${type}`;
  assert.equal(await shown(`resource show ${named} --query properties.publicNetworkAccess`), 'Disabled');
  await shown(`tag create --resource-id ${group.id} --tags c=d`);
  assert.deepEqual(await shown('group show -n real --query tags'), { c: 'd' });
  const { AZURE_CLIENT_ID } = world.environment;
  assert.equal(await shown(`ad sp show --id ${AZURE_CLIENT_ID} --query appId`), AZURE_CLIENT_ID);
  const missing = await az('group show -n nowhere');
  assert.deepEqual([missing.code, /ResourceGroupNotFound/.test(missing.said)], [3, true]);
  await shown(`resource delete ${named}`);
  await shown('group delete -n real -y');
  assert.equal(await shown('group exists -n real'), false);
  assert.deepEqual(proxy.asked(), []);
});
