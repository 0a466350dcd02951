/** What onboarding is tried with: values of every kind, and scripts run in bash beside programs that only say what they got. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { realClouds } from '@tombolo/private-link';
import fc from 'fast-check';
import type { Onboarding } from './index.ts';

const guid = (last: number): string => `aaaaaaaa-0000-4000-8000-${String(last).padStart(12, '0')}`;
const authority = '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n';

/** To the real cloud, by device code. */
export const sample: Onboarding = {
  profile: realClouds.AzureCloud!,
  subscriptionId: guid(1),
  tenantId: guid(2),
  resourceGroup: 'site',
  location: 'Japan East',
  correlationId: guid(3),
  authentication: { kind: 'device-code' },
  tags: { Datacenter: '', City: 'Ōsaka' },
};

/** To an installation, by the secret in that file. */
export const ofInstallation = (file = '/root/secret'): Onboarding => ({
  ...sample,
  profile: {
    ...sample.profile,
    publicAddresses: ['192.0.2.2'],
    certificateAuthorities: [authority],
  },
  authentication: { kind: 'secret', clientId: guid(4), file },
});

/** Any text that a process can be given. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'\'"`$\\!\n\t ;&|*‘’‚‛'),
      fc.integer({ min: 1, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    ),
    { maxLength: 20 },
  )
  .map((characters) => characters.join('').toWellFormed());

/** What shells, PowerShell and people find hard, and nothing that no agent would take. */
const hard = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'$`"\\!&|;<>(){}[]*?~#%^@ \'-=,’‘‚‛“”Ωß中🦀aZ0'),
    fc.constantFrom('$(id)', '`id`', `\${HOME}`, '$env:TEMP', '\\n', "'; id; '", '--help', '%PATH%', '@{}'),
  ),
  maxLength: 12,
});
const without = (pattern: RegExp) => hard.map((text) => text.replaceAll(pattern, ''));

export const hardOnboarding: fc.Arbitrary<Onboarding> = fc
  .record({
    tags: fc.dictionary(
      without(/[=,'<>%&\\?/]/g).map((text) => `t${text.trim()}`),
      without(/'/g),
      { maxKeys: 4 },
    ),
    scope: without(/[<>%&\\?#/]/g).filter((text) => text !== ''),
    group: fc.stringMatching(/^[A-Za-zß中._()-]{1,8}$/),
    file: without(/\0/g).map((text) => `/root/${text}`),
    installation: fc.boolean(),
  })
  .filter(({ tags }) => {
    const names = Object.keys(tags).map((name) => name.toLowerCase());
    return new Set(names).size === names.length;
  })
  .map(({ tags, scope, group, file, installation }) => ({
    ...(installation ? ofInstallation(file) : sample),
    tags,
    resourceGroup: group,
    privateLink: {
      scopeId: `/subscriptions/${guid(1)}/resourceGroups/g/providers/Microsoft.HybridCompute/privateLinkScopes/${scope}`,
      names: [],
    },
  }));

export const scratchFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-onboarding-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export interface ScriptRun {
  readonly code: number | null;
  readonly output: string;
  /** What each program was called with, in order. */
  readonly calls: readonly (readonly string[])[];
  /** What was in files that the programs were given, by the program's name. */
  readonly given: (program: string) => string;
}

/** `programs`: the bash of each stand-in; all write down their arguments first. */
export const runScript = (
  script: string,
  programs: Readonly<Record<string, string>>,
  folder = scratchFolder(),
): ScriptRun => {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries({ id: 'echo 0', ...programs })) {
    const noted = name === 'id' ? '' : `printf '%s\\0' ${name} "$@" $'\\n' >>'${folder}/calls'\n`;
    writeFileSync(join(bin, name), `#!/bin/bash\ngiven='${folder}/given.${name}'\n${noted}${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const path = join(folder, 'script.sh');
  writeFileSync(path, script);
  writeFileSync(join(folder, 'calls'), '');
  const run = spawnSync('bash', [path], {
    encoding: 'utf8',
    input: '',
    env: { PATH: `${bin}:/usr/bin:/bin`, TMPDIR: folder, HOME: folder },
  });
  const calls = readFileSync(join(folder, 'calls'), 'utf8')
    .split('\0\n\0')
    .filter((call) => call !== '')
    .map((call) => call.split('\0'));
  return {
    code: run.status,
    output: `${run.stdout}${run.stderr}`,
    calls,
    given: (program) => readFileSync(join(folder, `given.${program}`), 'utf8'),
  };
};
