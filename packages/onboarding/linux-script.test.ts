import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { env, needs, pathOf } from '@tombolo/dns-material/programs.testkit';
import fc from 'fast-check';
import { bashWord } from './bash-word.ts';
import { ansibleRole, cloudInit, linuxInstaller, linuxScript, type Onboarding } from './index.ts';
import {
  anyText,
  hardOnboarding,
  ofInstallation,
  runScript,
  sample,
  scratchFolder,
} from './onboarding.testkit.ts';
import { tagsArgument } from './tags.ts';

const seed = 20261127;
const connected = (onboarding: Onboarding, agent: 'azcmagent' | 'tombolo-agent') =>
  runScript(linuxScript(onboarding), { [agent]: 'case $1 in show) exit 1 ;; esac', getent: 'echo 10.0.0.4' });
/** A curl that keeps what it is to send. */
const curl = `while [ $# -gt 0 ]; do case $1 in --data-binary) cat "\${2#@}" >"$given" ;; esac; shift; done`;
const argumentsOf = (calls: readonly (readonly string[])[]): ReadonlyMap<string, string> => {
  const call = calls.find(([, command]) => command === 'connect') ?? [];
  return new Map(call.flatMap((word, at) => (word.startsWith('--') ? [[word, call[at + 1]!] as const] : [])));
};

describe('values of an onboarding script arrive as they were given', () => {
  test('a word of bash is whatever it is', () => {
    const words = fc.sample(anyText, { numRuns: 200, seed });
    const printed = execFileSync('bash', [], {
      input: `printf '%s\\0' ${words.map(bashWord).join(' ')}`,
      encoding: 'utf8',
    });
    assert.deepEqual(printed.split('\0').slice(0, -1), words);
  });

  test('what was chosen is in the argument list of connect, word by word', () => {
    for (const onboarding of fc.sample(hardOnboarding, { numRuns: 25, seed })) {
      const { authentication, profile, privateLink, tags } = onboarding;
      const own = profile.publicAddresses !== undefined;
      const folder = scratchFolder();
      const file = join(folder, 'secret');
      writeFileSync(file, 's3"cr\\et $(id)\n');
      const { code, output, calls } = connected(
        authentication.kind === 'secret'
          ? { ...onboarding, authentication: { ...authentication, file } }
          : onboarding,
        own ? 'tombolo-agent' : 'azcmagent',
      );
      assert.equal(code, 0, output);
      const given = argumentsOf(calls);
      assert.equal(given.get('--private-link-scope'), privateLink!.scopeId);
      assert.equal(given.get('--resource-group'), onboarding.resourceGroup);
      assert.equal(given.get('--tags') ?? '', tagsArgument(tags));
      assert.equal(given.get('--location'), 'japaneast');
      assert.equal(given.get('--correlation-id'), onboarding.correlationId);
      assert.equal(given.get(own ? '--cloud-profile' : '--cloud') === undefined, false);
    }
  });

  test('ShellCheck has nothing to say', needs('shellcheck'), () => {
    const folder = scratchFolder();
    const [hardest = sample, ...others] = fc.sample(hardOnboarding, { numRuns: 60, seed });
    const scripts = [
      linuxInstaller({ version: '1', sha256: 'ab', url: 'https://gbl.example/x' }),
      linuxScript(ofInstallation(), 'offline'),
      linuxScript({ ...ofInstallation(), proxy: { url: 'http://p:1', bypass: ['Arc'] } }),
      linuxScript({ ...hardest, profile: sample.profile, proxy: { url: 'http://p:1', bypass: [] } }),
      // Of the others the words alone, since all else is the same.
      others
        .map(({ tags }, at) => `word_${at}=${bashWord(tagsArgument(tags))}\n`)
        .join('')
        .replace(/^/, '#!/usr/bin/env bash\n# shellcheck disable=SC1112,SC2034\n'),
    ];
    for (const [at, script] of scripts.entries()) writeFileSync(join(folder, `${at}.sh`), script);
    const args = ['--shell=bash', '--severity=warning', ...readdirSync(folder)];
    const checked = spawnSync(pathOf('shellcheck')!, args, { cwd: folder, env, encoding: 'utf8' });
    assert.equal(checked.stdout + checked.stderr, '');
    assert.equal(checked.status, 0);
  });
});

describe('a script for Linux', () => {
  test('hands the secret over in a file that only root reads, and in no argument list', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'secret'), 's3"cr\\et $(id)\r\n');
    const agent = `case $1 in show) exit 1 ;; esac
      while [ $# -gt 0 ]; do if [ "$1" = --config ]; then cat "$2" >"$given"; stat -c %a "$2" >>"$given"; fi; shift; done`;
    const run = runScript(linuxScript(ofInstallation(join(folder, 'secret'))), {
      'tombolo-agent': agent,
      getent: 'echo 192.0.2.2',
    });
    assert.equal(run.code, 0, run.output);
    const [text, mode] = run.given('tombolo-agent').split('\n');
    assert.deepEqual(JSON.parse(text!), { 'service-principal-secret': 's3"cr\\et $(id)' });
    assert.equal(mode, '600');
    assert.doesNotMatch(JSON.stringify(run.calls), /s3.*cr/);
  });

  test('names the certificate of a service principal, and hands a token over as it does a secret', () => {
    const folder = scratchFolder();
    const file = join(folder, "it's.pem");
    writeFileSync(file, 'eyJ0.e30.c2ln\n');
    const agent = `case $1 in show) exit 1 ;; esac
      while [ $# -gt 0 ]; do if [ "$1" = --config ]; then cat "$2" >"$given"; fi; shift; done`;
    const connecting = (authentication: Onboarding['authentication']) =>
      runScript(linuxScript({ ...sample, authentication }), { azcmagent: agent, getent: 'echo 20.0.0.9' });
    const certified = connecting({ kind: 'certificate', clientId: sample.tenantId, file });
    assert.equal(certified.code, 0, certified.output);
    assert.equal(argumentsOf(certified.calls).get('--service-principal-cert'), file);
    assert.equal(argumentsOf(certified.calls).get('--service-principal-id'), sample.tenantId);
    const byToken = connecting({ kind: 'token', file });
    assert.deepEqual(JSON.parse(byToken.given('azcmagent')), { 'access-token': 'eyJ0.e30.c2ln' });
    const nowhere = connecting({ kind: 'certificate', clientId: sample.tenantId, file: '/nowhere/c.pem' });
    assert.equal(nowhere.code, 19);
  });

  test('sets the proxy before it connects, and downloads past it where Arc goes past it', () => {
    const proxy = { url: 'http://proxy.example:3128', bypass: ['Arc', 'AMA'] };
    const { calls } = connected({ ...sample, proxy }, 'azcmagent');
    assert.deepEqual(
      calls.filter(([name]) => name === 'azcmagent').map((call) => call.slice(1, 5)),
      [
        ['show', '--json'],
        ['config', 'set', 'proxy.url', 'http://proxy.example:3128'],
        ['config', 'set', 'proxy.bypass', 'Arc,AMA'],
        ['connect', '--subscription-id', sample.subscriptionId, '--tenant-id'],
      ],
    );
    assert.match(linuxScript({ ...sample, proxy }), /curl_options\+=\(--noproxy '\*'\)/);
    assert.match(linuxScript({ ...sample, proxy: { ...proxy, bypass: [] } }), /\(--proxy "\$proxy_url"\)/);
  });

  test('changes nothing where the server is connected as that already, and refuses where as another', () => {
    const shown = (group: string) =>
      `echo '{"resourceName":"shed","resourceGroup":"${group}","subscriptionId":"${sample.subscriptionId.toUpperCase()}"}'`;
    const again = runScript(linuxScript(sample), { azcmagent: shown('SITE') });
    assert.equal(again.code, 0, again.output);
    assert.match(again.output, /connected already, as shed .*nothing was changed/);
    assert.deepEqual(again.calls, [['azcmagent', 'show', '--json']]);
    const other = runScript(linuxScript(sample), { azcmagent: shown('other'), curl: 'cat >/dev/null' });
    assert.equal(other.code, 27);
    assert.match(other.output, /in the resource group other/);
  });

  test('says before anything is installed that a name is not at the private endpoint, and reports it', () => {
    const privateLink = {
      scopeId: `/subscriptions/${sample.subscriptionId}/resourceGroups/g/providers/Microsoft.HybridCompute/privateLinkScopes/s`,
      names: [{ name: 'gbl.his.arc.azure.com', addresses: ['10.0.1.4'] }],
    };
    const answering = (getent: string) =>
      runScript(linuxScript({ ...sample, privateLink }), { getent, curl });
    const elsewhere = answering('echo "20.0.0.9 STREAM gbl"');
    assert.equal(elsewhere.code, 26);
    assert.match(
      elsewhere.output,
      /gbl\.his\.arc\.azure\.com is 20\.0\.0\.9 for this server, and not 10\.0\.1\.4/,
    );
    const { subscriptionId, resourceGroup, tenantId, correlationId } = sample;
    assert.deepEqual(JSON.parse(elsewhere.given('curl')), {
      ...{ subscriptionId, resourceGroup, tenantId, location: 'japaneast', correlationId },
      ...{ authType: 'token', operation: 'onboarding', messageType: 'NameNotPrivate' },
      message:
        'gbl.his.arc.azure.com is 20.0.0.9 for this server, and not 10.0.1.4, where the private endpoint is.',
    });
    assert.equal(answering('exit 2').code, 26);
  });

  test('ends with the code of the agent, and reports what it said', () => {
    const agent = `case $1 in show) exit 1 ;; esac; echo 'ERROR   AZCM0062: "no" \\ said it'; exit 62`;
    const run = runScript(linuxScript(sample), { azcmagent: agent, curl, getent: 'echo 20.0.0.9' });
    assert.equal(run.code, 62);
    const report = JSON.parse(run.given('curl')) as { messageType: string; message: string };
    assert.equal(report.messageType, 'ConnectFailed');
    assert.equal(report.message, 'This server was not connected: AZCM0062: "no" \\ said it');
  });

  test('is for root alone, and for bash', () => {
    const run = runScript(linuxScript(sample), { id: 'echo 1000' });
    assert.equal(run.code, 18);
    assert.match(run.output, /has to run as root/);
  });

  test('needs the credential in its file', () => {
    const run = runScript(linuxScript(ofInstallation('/nowhere/secret')), {
      getent: 'echo 192.0.2.2',
      curl: '',
    });
    assert.equal(run.code, 19);
    assert.match(run.output, /no client secret in \/nowhere\/secret/);
  });
});

test('user data of cloud-init is the script, in a form that is YAML and JSON', () => {
  const script = linuxScript(sample);
  const [mark, ...lines] = cloudInit(script).split('\n');
  assert.equal(mark, '#cloud-config');
  const { write_files: files, runcmd } = JSON.parse(lines.join('\n'));
  assert.equal(files[0].content, script);
  assert.deepEqual(runcmd, [['bash', files[0].path]]);
});

test('a role for Ansible brings the credential in a task that logs nothing, and no template is made of its path', () => {
  const [tasks, script] = ansibleRole(ofInstallation('/root/{{ x }}"'));
  assert.equal(script!.content, linuxScript(ofInstallation('/root/{{ x }}"')));
  assert.match(
    String(tasks!.content),
    /dest: !unsafe "\/root\/\{\{ x \}\}\\""\n +mode: "0600"\n +no_log: true\n/,
  );
});

describe('the installer', () => {
  const url = 'https://gbl.his.arc.azure.com/tombolo-agent.mjs';
  const delivering = 'while [ $# -gt 0 ]; do case $1 in --output) echo other >"$2" ;; esac; shift; done';
  const installing = (node: string) =>
    runScript(linuxInstaller({ version: '1.0', sha256: 'ab'.repeat(32), url }), { node, curl: delivering });

  test('runs nothing that has not the checksum', () => {
    const run = installing('echo v24.1.0');
    assert.equal(run.code, 121, run.output);
    assert.match(run.output, /has not the checksum abab/);
  });

  test('a server that answers and refuses is quoted, and one that is not reached is looked for in the network', () => {
    const said = JSON.stringify({
      error: { code: 'NotImplemented', message: 'Make "it" \\ \u001b[31m first.' },
    });
    const installer = linuxInstaller({ version: '1.0', sha256: 'ab'.repeat(32), url });
    const download = (curl: string) => runScript(installer, { node: 'echo v24.1.0', curl });
    const refusing = `case "$*" in *--no-fail*) ;; *) echo 'curl: (22) error: 501' >&2; exit 22 ;; esac
      while [ $# -gt 0 ]; do case $1 in --output) printf %s ${bashWord(said)} >"$2" ;; esac; shift; done`;
    const refused = download(refusing);
    assert.equal(refused.code, 122, refused.output);
    assert.match(refused.output, /curl: \(22\) error: 501 Make "it" \\ u001b\[31m first\.\n/);
    assert.doesNotMatch(refused.output, /DNS/);
    const lost = download(`echo 'curl: (7) no route' >&2; exit 7`);
    assert.equal(lost.code, 26);
    assert.match(lost.output, /curl: \(7\) no route\n +Let this server resolve that name and reach it/);
  });

  test('takes the program with Node inside where there is one for the processor, and its checksum', () => {
    const executable = {
      sha256: 'cd'.repeat(32),
      url: 'https://gbl.his.arc.azure.com/tombolo-agent-linux-arm64',
    };
    const on = (machine: string) =>
      runScript(
        linuxInstaller({ version: '1.0', sha256: 'ab'.repeat(32), url, executables: { arm64: executable } }),
        { node: 'exit 1', uname: `echo ${machine}`, curl: delivering },
      );
    const taken = on('aarch64');
    assert.equal(taken.code, 121, taken.output);
    assert.match(
      taken.output,
      /Downloading \S+\/tombolo-agent-linux-arm64\n[\s\S]*has not the checksum cdcd/,
    );
    assert.equal(on('x86_64').code, 120);
  });

  test('says plainly which Node it needs', () => {
    const old = installing('echo v20.11.1');
    assert.equal(old.code, 120);
    assert.match(old.output, /Node\.js 24 or later, and .*node is 20\.11\.1/);
    assert.equal(installing('exit 1').code, 120);
  });
});
