/** az itself, where it is on the PATH or `TOMBOLO_AZ` names it (2.45 or later): signed in by `tombolo az`, behind a proxy that lets nothing through. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childOfFile } from '@tombolo/testkit/ends-with-file';
import { openGuardProxy } from './leak-guard.ts';
import { type RecordedCommand, recordedCommands } from './recorded/az/command-file.ts';
import { openWorld, type World } from './world.ts';

const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
const { TOMBOLO_AZ: named, PATH: path = '' } = process.env;
const searched = named === undefined ? path : `${dirname(named)}${delimiter}${path}`;
const found = spawnSync('az', ['version', '--output', 'json'], {
  env: { ...process.env, PATH: searched },
  encoding: 'utf8',
});
const skip = found.status === 0 ? false : 'az is not on the PATH, and TOMBOLO_AZ names none';
const [, minor = 0] = (/"azure-cli": "([\d.]+)"/.exec(found.stdout ?? '')?.[1] ?? '').split('.').map(Number);

interface Ended {
  readonly code: number | null;
  readonly text: string;
  readonly said: string;
}

const openAz = async (world: World) => {
  const proxy = await openGuardProxy();
  const env = { ...process.env, ...proxy.environment, PATH: searched, AZURE_CORE_COLLECT_TELEMETRY: 'false' };
  const run = (program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const child = childOfFile(
        execFile(program, args, { env: { ...env, ...more } }, (_error, stdout, stderr) =>
          resolve({ code: child.exitCode, text: stdout, said: stderr }),
        ),
      );
    });
  const words = [bin, 'az', '--state', world.installation.state];
  return {
    asked: proxy.asked,
    az: (line: string) => run(process.execPath, [...words, ...line.split(' ')]),
    /** The line as it is typed, by a shell. */
    typed: (line: string, variables: Readonly<Record<string, string>>) =>
      run('/bin/sh', ['-c', `"$0" "$1" "$2" "$3" "$4" ${line}`, process.execPath, ...words], variables),
  };
};

test('az signs in, makes and shows resources, and ends with its own exit codes', { skip }, async () => {
  const world = await openWorld();
  const { az, asked } = await openAz(world);
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
  const byType = `-g real -n scope --resource-type ${type}`;
  assert.equal(await shown(`resource show ${byType} --query properties.publicNetworkAccess`), 'Disabled');
  await shown(`tag create --resource-id ${group.id} --tags c=d`);
  assert.deepEqual(await shown('group show -n real --query tags'), { c: 'd' });
  const { AZURE_CLIENT_ID } = world.environment;
  assert.equal(await shown(`ad sp show --id ${AZURE_CLIENT_ID} --query appId`), AZURE_CLIENT_ID);
  const missing = await az('group show -n nowhere');
  assert.deepEqual([missing.code, /ResourceGroupNotFound/.test(missing.said)], [3, true]);
  await shown(`resource delete ${byType}`);
  await shown('group delete -n real -y');
  assert.equal(await shown('group exists -n real'), false);
  await shown('account clear');
  assert.equal(await shown('group exists -n real'), false, 'it signs in anew');
  assert.deepEqual(asked(), []);
});

/** Debian's 2.45 has a broken `network` module. */
const old = skip === false && minor < 54 ? 'az is older than 2.54, whose lines these are' : skip;

/** What the project is about, and of the rest what that needs. */
const sections = [
  'Groups and tags',
  'Scopes and other resources',
  'Private endpoints and connections',
  'Private DNS',
];
const isDriven = ({ section, line }: RecordedCommand): boolean =>
  sections.includes(section) || /^network (vnet|nsg|asg|route-table|vnet subnet) create|--expand/.test(line);

/** Looked up where a line names it first. */
const looked: Readonly<Record<string, string>> = {
  NIC: 'network private-endpoint show -g rg1 -n pe1 --query "networkInterfaces[0].id" -o tsv',
  CONN: `network private-endpoint-connection list --id "$SC" --query "[?contains(name,'pe2')].id|[0]" -o tsv`,
};

describe('az ends as docs/az.md says', { skip: old }, () => {
  const variables: Record<string, string> = {};
  let client: Awaited<ReturnType<typeof openAz>>;
  before(async () => {
    const world = await openWorld();
    client = await openAz(world);
    variables.S = `/subscriptions/${world.subscriptionId}`;
    variables.SC = `${variables.S}/resourceGroups/rg1/providers/Microsoft.HybridCompute/privateLinkScopes/sc1`;
    variables.AZURE_CLIENT_ID = world.environment.AZURE_CLIENT_ID!;
  });
  for (const { line, exitCode } of recordedCommands().filter(isDriven))
    test(`az ${line}`, async () => {
      for (const [name, query] of Object.entries(looked))
        if (line.includes(`$${name}`)) variables[name] ??= (await client.typed(query, variables)).text.trim();
      const { code, said } = await client.typed(line, variables);
      assert.equal(code, exitCode, said);
    });
  test('and asks for nothing beyond this machine', () => assert.deepEqual(client.asked(), []));
});
