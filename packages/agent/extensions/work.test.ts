/** Work on a machine: what runs, what is refused, what ends, and what an agent that was killed does when it comes back. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { effectiveConfiguration, type Settings } from '../configuration.ts';
import { openCpuLimit } from './cpu-limit.ts';
import { customScript } from './custom-script.ts';
import { listExtensions, removeExtensions } from './local-work.ts';
import { refusalOf } from './obedience.ts';
import { runCommand } from './run-command.ts';
import type { Instruction, WorkReport, WorkServices } from './work.ts';
import { openWorkFiles, type WorkState } from './work-files.ts';
import { openWorkManager } from './work-manager.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-work-'));
after(() => rmSync(scratch, { recursive: true }));
let directories = 0;
const directory = (): string => mkdtempSync(join(scratch, `${++directories}-`));

const handler = { publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript' };
const ask = (settings: object, more: Partial<Instruction> = {}): Instruction => ({
  kind: 'extensions',
  name: 'script',
  generation: 'one',
  wanted: 'present',
  ...handler,
  properties: { ...handler, settings },
  ...more,
});

interface Given {
  readonly path?: string;
  readonly settings?: Settings;
  readonly files?: Readonly<Record<string, string>>;
}

/** A machine with a service that wants what `want` says. */
const machine = async ({ path = directory(), settings = {}, files = {} }: Given = {}) => {
  let woken = Promise.withResolvers<void>();
  const told: WorkReport[] = [];
  let wanted: readonly Instruction[] = [];
  const services: WorkServices = {
    instruction: async (_, name) => wanted.find((each) => each.name === name)!,
    report: async (_, __, report) => {
      told.push(report);
      return true;
    },
  };
  const manager = await openWorkManager({
    vmId: 'vm',
    files: await openWorkFiles(path),
    handlers: [customScript, runCommand],
    authorities: [],
    controls: async () => effectiveConfiguration(settings),
    unseal: async (sealed) => sealed,
    download: async (url, file) => {
      if (files[url] === undefined) throw new Error('the answer is 404');
      writeFileSync(file, files[url]);
    },
    now: () => 0,
    log: () => {},
    wake: () => woken.resolve(),
  });
  const exchange = async (): Promise<void> => manager.exchange(services);
  return {
    path,
    told,
    stop: manager.stop,
    exchange,
    want: async (...all: readonly Instruction[]): Promise<void> => {
      wanted = all;
      manager.want({
        extensions: all.filter(({ kind }) => kind === 'extensions'),
        runCommands: all.filter(({ kind }) => kind === 'runCommands'),
      });
      await exchange();
    },
    /** What it reports when it is done. */
    ended: async (): Promise<WorkReport> => {
      for (;;) {
        const last = told.at(-1);
        if (last !== undefined && last.phase !== 'running') return last;
        await woken.promise;
        woken = Promise.withResolvers();
        await exchange();
      }
    },
  };
};

const outcomeOf = async (instruction: Instruction, given: Given = {}): Promise<WorkReport> => {
  const agent = await machine(given);
  await agent.want(instruction);
  const report = await agent.ended();
  await agent.stop();
  return report;
};

const gone = (pid: string): boolean =>
  !existsSync(`/proc/${pid}`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('Custom Script', () => {
  test('runs a command with its files, and keeps the last 4 KB of what it said, whole characters', async () => {
    const url = 'https://files.test/lamp.sh?sig=secret';
    const content = 'yes é | head -c 9000; echo; echo end';
    const sha256 = createHash('sha256').update(content).digest('hex');
    const report = await outcomeOf(
      ask({ commandToExecute: 'sh ./lamp.sh', fileUris: [`${url}#sha256=${sha256}`] }),
      { files: { [url]: content } },
    );
    assert.deepEqual([report.phase, report.exitCode], ['succeeded', 0]);
    assert.match(report.message, /^Enable succeeded: \n\[stdout\]\n[\s\S]*end\n\n\[stderr\]\n$/);
    assert.ok(Buffer.byteLength(report.output!) <= 4_096 && !report.output!.includes('\u{FFFD}'));
  });

  test('takes a script in base64, gzipped or not, from protected settings too', async () => {
    for (const script of [Buffer.from('#!/bin/sh\necho "$((6 * 7))"'), gzipSync('#!/bin/sh\necho 42')]) {
      const sealed = JSON.stringify({ script: script.toString('base64') });
      assert.equal((await outcomeOf(ask({}, { sealed }))).output, '42\n');
    }
  });

  test('is refused, and runs nothing, where its settings or its files are not as they have to be', async () => {
    const url = 'https://files.test/lamp.sh';
    const files = { [url]: 'changed' };
    const commandToExecute = 'touch ran';
    const cases: readonly [object, string, RegExp][] = [
      [{}, 'InvalidSettings', /nothing to run/],
      [{ commandToExecute, script: 'dHJ1ZQ==' }, 'InvalidSettings', /exclude each other/],
      [{ script: '???' }, 'InvalidSettings', /not base64/],
      [{ script: Buffer.from([0x1f, 0x8b, 1]).toString('base64') }, 'InvalidSettings', /cannot be unpacked/],
      [{ commandToExecute, fileUris: ['http://files.test/a'] }, 'InvalidSettings', /not https/],
      [{ commandToExecute, fileUris: ['https://files.test/'] }, 'InvalidSettings', /names no file/],
      [{ commandToExecute, fileUris: [`${url}#sha256=12`] }, 'InvalidSettings', /no checksum/],
      [
        { commandToExecute, fileUris: [`${url}#sha256=${'0'.repeat(64)}`] },
        'ChecksumMismatch',
        /Nothing was run/,
      ],
      [
        { commandToExecute, fileUris: ['https://files.test/x?sig=s'] },
        'DownloadFailed',
        /x' could not .* 404/,
      ],
    ];
    for (const [settings, code, says] of cases) {
      const path = directory();
      const report = await outcomeOf(ask(settings), { files, path });
      assert.deepEqual([report.phase, report.code], ['failed', code], report.message);
      assert.match(report.message, says);
      assert.ok(!existsSync(join(path, 'work', 'extensions.script.d', 'download', 'ran')));
    }
    for (const uri of [
      'files.test/a?hush',
      'https://u:hush@files.test/a?hush',
      'https://files.test/a#hush',
    ]) {
      const sealed = JSON.stringify({ commandToExecute, fileUris: [uri] });
      const { phase, message } = await outcomeOf(ask({}, { sealed }));
      assert.equal(phase, 'failed');
      assert.ok(!message.includes('hush'), message);
    }
    const both = await outcomeOf(ask({ commandToExecute }, { sealed: JSON.stringify({ commandToExecute }) }));
    assert.match(both.message, /both in settings and in protectedSettings/);
  });

  test('that takes too long is ended with all its children, in other sessions too', async () => {
    const pids = join(directory(), 'pids');
    const commandToExecute = `setsid sh -c 'echo $$ > ${pids}; exec sleep 600' & sleep 600`;
    const report = await outcomeOf(ask({ commandToExecute, timeoutInSeconds: 1 }));
    assert.equal(report.code, 'TimedOut');
    assert.match(report.message, /longer than 1 s and was ended with all its children/);
    assert.ok(gone(readFileSync(pids, 'utf8').trim()));
  });
});

describe('an agent', () => {
  test('that stops ends what runs, and says so when it comes back', async () => {
    const path = directory();
    const pids = join(path, 'pids');
    const agent = await machine({ path });
    await agent.want(ask({ commandToExecute: `echo $$ > ${pids}; echo begun; sleep 600` }));
    while (!existsSync(pids) || readFileSync(pids, 'utf8') === '') await new Promise(setImmediate);
    await agent.stop();
    assert.ok(gone(readFileSync(pids, 'utf8').trim()));
    const again = await machine({ path });
    await again.exchange();
    assert.match((await again.ended()).message, /ended with all its children/);
    await again.stop();
  });

  test('that was killed does what had not begun, and what had begun it does not do again, and says so', async () => {
    for (const [step, code, runs] of [
      ['accepted', '0', true],
      ['begun', 'Interrupted', false],
    ] as const) {
      const path = directory();
      const file = join(path, 'ran');
      const instruction = ask({ commandToExecute: `touch ${file}` });
      const { kind, name, generation } = instruction;
      const left: WorkState = {
        format: 1,
        vmId: 'vm',
        told: false,
        kind,
        name,
        generation,
        step,
        instruction,
      };
      await (await openWorkFiles(path)).write(left);
      const agent = await machine({ path });
      await agent.want(instruction);
      assert.equal((await agent.ended()).code, code);
      assert.equal(existsSync(file), runs);
      // The service still wants the same: it was done, or it was told that it was not.
      const before = agent.told.length;
      await agent.exchange();
      assert.equal(agent.told.length, before);
      await agent.stop();
    }
  });

  test('removes what is wanted no more, and forgets it once the service does', async () => {
    const agent = await machine();
    await agent.want(ask({ commandToExecute: 'touch here' }));
    await agent.ended();
    const own = join(agent.path, 'work', 'extensions.script.d');
    assert.ok(existsSync(own));
    await agent.want(ask({}, { generation: 'two', wanted: 'absent' }));
    agent.told.length = 0;
    assert.equal((await agent.ended()).phase, 'removed');
    assert.ok(!existsSync(own));
    await agent.want();
    assert.ok(!existsSync(join(agent.path, 'work', 'extensions.script.json')));
    await agent.stop();
  });

  test('lists its extensions, and a command of the machine removes one, by the daemon where one runs', async () => {
    for (const daemon of [undefined, 1]) {
      const agent = await machine();
      await agent.want(ask({ commandToExecute: 'true' }));
      await agent.ended();
      if (daemon === undefined) await agent.stop();
      const [listed] = await listExtensions(agent);
      assert.deepEqual(
        [listed?.name, listed?.handler, listed?.status],
        ['script', 'Microsoft.Azure.Extensions/CustomScript', 'succeeded'],
      );
      const given = {
        state: { path: agent.path, daemon: async () => daemon },
        wait: (ms: number) => delay(ms),
      };
      await assert.rejects(removeExtensions({ ...given, name: 'other' }), /no extension 'other'/);
      assert.deepEqual(await removeExtensions({ ...given, name: 'SCRIPT' }), ['script']);
      assert.deepEqual(await listExtensions(agent), []);
      assert.ok(!existsSync(join(agent.path, 'work', 'extensions.script.d')));
      assert.deepEqual(await removeExtensions(given), []);
      // The service still wants it: it is installed again.
      if (daemon !== undefined) {
        agent.told.length = 0;
        await agent.exchange();
        assert.equal((await agent.ended()).phase, 'succeeded');
        await agent.stop();
      }
    }
  });

  test('has no handler for what it does not know', async () => {
    const other = { publisher: 'Microsoft.Azure.Monitor', type: 'AzureMonitorLinuxAgent' };
    const report = await outcomeOf(ask({}, other));
    assert.equal(report.code, 'HandlerNotFound');
    assert.match(report.message, /no package of Microsoft.Azure.Monitor\/AzureMonitorLinuxAgent/);
  });
});

describe('Run Command', () => {
  const run = (properties: object, sealed?: object): Promise<WorkReport> =>
    outcomeOf({
      ...{ kind: 'runCommands', name: 'run', generation: 'one', wanted: 'present' },
      properties: { ...properties },
      ...(sealed === undefined ? {} : { sealed: JSON.stringify(sealed) }),
    });

  test('gives parameters by the environment, and answers with the exit code', async () => {
    const report = await run(
      {
        source: { script: 'echo "$LAMP$KEY"; echo no >&2; exit 4' },
        parameters: [{ name: 'LAMP', value: 'on' }],
      },
      { protectedParameters: [{ name: 'KEY', value: '!' }] },
    );
    const { phase, executionState, exitCode, output, error } = report;
    assert.deepEqual(
      [phase, executionState, exitCode, output, error],
      ['failed', 'Failed', 4, 'on!\n', 'no\n'],
    );
  });

  const becoming = process.getuid?.() === 0 ? {} : { skip: 'only root can become another user' };
  test('runs as the user that it was asked to become, in a directory of that user', becoming, async () => {
    const { output } = await run({
      source: { script: 'id -un; id -g; test -w . && echo own' },
      runAsUser: 'nobody',
    });
    const gid = /^nobody:[^:]*:\d+:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1];
    assert.equal(output, `nobody\n${gid}\nown\n`);
  });

  test('is refused where it cannot be as it was asked for', async () => {
    const source = { script: 'true' };
    const command = '$(touch ran)';
    for (const [properties, code] of [
      // Shells take the values of these for commands.
      ...['BASH_ENV', 'ENV', 'PS4', 'PROMPT_COMMAND', 'SHELLOPTS'].map(
        (name) => [{ source, parameters: [{ name, value: command }] }, 'InvalidParameters'] as const,
      ),
      [{ source, parameters: [{ name: 'LD_PRELOAD', value: 'x' }] }, 'InvalidParameters'],
      [{ source, runAsUser: 'nobody-at-all' }, 'UserNotFound'],
      [{ source: { scriptUri: 'https://files.test/none' } }, 'DownloadFailed'],
    ] as const)
      assert.equal((await run(properties)).code, code);
  });
});

test('what runs has its share of the CPU where there are control groups, and where there are none it is said why', async () => {
  const root = directory();
  const open = (percent: number) => openCpuLimit({ name: 'script', percent, root });
  const none = await open(5);
  assert.match(none.limited ? '' : none.why, /no control group \(version 2\)/);
  writeFileSync(join(root, 'cgroup.controllers'), 'cpuset cpu io memory\n');
  const limit = await open(5);
  assert.ok(limit.limited);
  await limit.enter(42);
  const read = (name: string): string => readFileSync(join(root, 'tombolo-agent-script', name), 'utf8');
  assert.deepEqual(
    [read('cpu.max'), read('cgroup.procs')],
    [`${5_000 * availableParallelism()} 100000`, '42'],
  );
  // The kernel makes it, on Linux 5.14 and later.
  writeFileSync(join(root, 'tombolo-agent-script', 'cgroup.kill'), '');
  await limit.end();
  assert.equal(read('cgroup.kill'), '1');
  assert.equal((await open(100)).limited, false);
});

test('the machine’s own settings stand over what the service says', async () => {
  const monitor = 'Microsoft.Azure.Monitor/AzureMonitorLinuxAgent';
  const script = 'Microsoft.Azure.Extensions/CustomScript';
  const cases: readonly [string, Settings, string | undefined][] = [
    [script, {}, undefined],
    [script, { 'extensions.enabled': false }, 'ExtensionsDisabled'],
    [script, { 'extensions.allowlist': [monitor] }, 'ExtensionNotAllowed'],
    [script, { 'extensions.allowlist': ['Allow/None'] }, 'ExtensionNotAllowed'],
    [script.toLowerCase(), { 'extensions.allowlist': [script] }, undefined],
    [
      script,
      { 'extensions.allowlist': [script], 'extensions.blocklist': [script.toUpperCase()] },
      'ExtensionBlocked',
    ],
    [monitor, { 'extensions.blocklist': [script] }, undefined],
    [script, { 'config.mode': 'monitor', 'extensions.allowlist': [script] }, 'ExtensionNotAllowed'],
    [monitor, { 'config.mode': 'monitor', 'extensions.blocklist': [monitor] }, undefined],
  ];
  for (const [which, settings, code] of cases)
    assert.equal(
      refusalOf(which, effectiveConfiguration(settings))?.code,
      code,
      `${which} ${JSON.stringify(settings)}`,
    );
  const path = directory();
  const refused = { path, settings: { 'extensions.blocklist': [script] } };
  const report = await outcomeOf(ask({ commandToExecute: 'true' }), refused);
  assert.deepEqual([report.phase, report.code], ['failed', 'ExtensionBlocked']);
  assert.match(report.message, /blocklist/);
  assert.ok(!existsSync(join(path, 'work', 'extensions.script.d')), 'nothing of it was done');
});
