/** Terraform itself, where it is: the example's form, and with a provider at hand its whole life on an installation. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { openGuardProxy } from './leak-guard.ts';
import { openWorld } from './world.ts';

const example = fileURLToPath(new URL('../examples/terraform/', import.meta.url));
const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
const isHere = spawnSync('terraform', ['version']).status === 0;
/** A folder in the form of a filesystem mirror: `registry.terraform.io/hashicorp/azurerm/…`. */
const plugins = process.env.TOMBOLO_TERRAFORM_PLUGINS;
const withoutTerraform = isHere ? false : 'terraform is not on the PATH';
const withoutProvider =
  withoutTerraform ||
  (plugins === undefined ? 'TOMBOLO_TERRAFORM_PLUGINS names no folder with a provider' : false);

test('examples/terraform is formatted as Terraform formats', { skip: withoutTerraform }, () => {
  const { status, stdout, stderr } = spawnSync(
    'terraform',
    ['fmt', '-check', '-diff', '-recursive', example],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stdout + stderr);
});

describe('azurerm', { skip: withoutProvider }, () => {
  test('applies the example, plans nothing, changes it in place, destroys it', {
    skip: withoutProvider,
  }, async () => {
    assert.ok(existsSync(plugins!), `${plugins} is not there`);
    const world = await openWorld(['--skip-polling-delay']);
    const proxy = await openGuardProxy();
    const folder = directoryOfFile();
    cpSync(example, folder, { recursive: true });
    const settings = join(folder, 'terraform.rc');
    writeFileSync(
      settings,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(plugins)}\n  }\n}\n`,
    );
    // Not in step with this process, in which the proxy answers.
    const terraform = (
      ...words: readonly string[]
    ): Promise<{ readonly status: number | null; readonly text: string }> =>
      new Promise((resolve) => {
        const env = {
          ...process.env,
          ...proxy.environment,
          TF_CLI_CONFIG_FILE: settings,
          TF_IN_AUTOMATION: '1',
          GO_AZURE_SDK_SKIP_POLLING_DELAY: 'true',
        };
        const { state } = world.installation;
        const args = [bin, 'terraform', '--state', state, `-chdir=${folder}`, ...words];
        const child = childOfFile(
          execFile(process.execPath, args, { env }, (_error, stdout, stderr) =>
            resolve({ status: child.exitCode, text: `${stdout}${stderr}` }),
          ),
        );
      });
    const wellOf = async (...words: readonly string[]): Promise<void> => {
      const { status, text } = await terraform(...words);
      assert.equal(status, 0, text);
    };
    await wellOf('init', '-input=false', '-no-color');
    await wellOf('validate', '-no-color');
    const apply = ['apply', '-auto-approve', '-input=false', '-no-color'];
    // Code 2 would say that something is to be changed.
    const plan = ['plan', '-detailed-exitcode', '-input=false', '-no-color'];
    await wellOf(...apply);
    await wellOf(...plan);
    const changed = await terraform(...apply, '-var=revision=2');
    assert.equal(changed.status, 0, changed.text);
    assert.match(changed.text, / 0 destroyed/);
    await wellOf(...plan, '-var=revision=2');
    await wellOf('destroy', '-auto-approve', '-input=false', '-no-color', '-var=revision=2');
    assert.deepEqual(proxy.asked(), []);
  });
});
