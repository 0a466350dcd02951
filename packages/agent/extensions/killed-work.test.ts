/** An extension whose agent is killed, at any step: it ran once at most, the service hears what came of it, and it can be removed. */

import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { bury, faultAt, stepsOf } from '@tombolo/testkit/fault-points';
import { effectiveConfiguration } from '../configuration.ts';
import { customScript } from './custom-script.ts';
import { runCommand } from './run-command.ts';
import type { Instruction, WorkKind, WorkReport } from './work.ts';
import { openWorkFiles } from './work-files.ts';
import { openWorkManager } from './work-manager.ts';

const handler = { publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript' };
const scratch = directoryOfFile();
/** Where run commands are. */
process.env.TMPDIR = directoryOfFile();
let places = 0;

/** The service's side outlives the agent: what it wants, and what it was told. */
const openMachine = (kind: WorkKind = 'extensions') => {
  places += 1;
  const path = join(scratch, String(places));
  const ran = join(scratch, `${places}.ran`);
  const told: WorkReport[] = [];
  const instruction: Instruction = {
    ...{ kind, name: 'script', generation: 'one', wanted: 'present' },
    ...(kind === 'extensions' ? handler : {}),
    properties:
      kind === 'extensions'
        ? { ...handler, settings: { commandToExecute: `echo ran >> ${ran}` } }
        : { source: { script: `echo ran >> ${ran}` } },
  };
  let wanted: readonly Instruction[] = [instruction];
  /** One life of the agent, until the service has nothing left to hear. */
  const live = async (): Promise<void> => {
    let woken = Promise.withResolvers<void>();
    const manager = await openWorkManager({
      vmId: 'vm',
      files: await openWorkFiles(path),
      authorities: [],
      handlers: [customScript, runCommand],
      controls: async () => effectiveConfiguration({}),
      unseal: async (sealed) => sealed,
      download: async () => {},
      now: () => 0,
      log: (level) => {
        // The work was cut off: nothing more comes of this life.
        if (level === 'error') woken.reject(new Error('cut off'));
      },
      wake: () => woken.resolve(),
    });
    try {
      for (;;) {
        manager.want({ extensions: [], runCommands: [], [kind]: wanted });
        await manager.exchange({
          instruction: async () => instruction,
          report: async (_, __, report) => {
            told.push(report);
            return true;
          },
        });
        if (wanted.length === 0 || (told.at(-1)?.phase ?? 'running') !== 'running') return;
        await woken.promise;
        woken = Promise.withResolvers();
      }
    } finally {
      await manager.stop();
    }
  };
  return {
    told,
    live,
    path,
    files: () => readdirSync(join(path, 'work'), { recursive: true }).map(String),
    runs: () => (existsSync(ran) ? readFileSync(ran, 'utf8').trim().split('\n').length : 0),
    remove: () => {
      wanted = [];
    },
  };
};

const kept = {
  extensions: ['extensions.script.d', 'extensions.script.d/download', 'extensions.script.json'],
  runCommands: ['runCommands.script.d', 'runCommands.script.d/place', 'runCommands.script.json'],
};

for (const kind of ['extensions', 'runCommands'] as const)
  test(`killed in one of ${kind}: it ran once at most, the service hears of it, and no script is left`, async () => {
    const steps = await stepsOf(openMachine(kind).live);
    for (const [at, step] of steps.entries()) {
      if (step.startsWith('open ')) continue;
      const machine = openMachine(kind);
      const when = `killed before step ${at}: ${step}`;
      assert.ok((await faultAt(at, machine.live)).reached, when);
      bury(machine.path);
      await machine.live();
      const { phase, code } = machine.told.at(-1)!;
      const runs = machine.runs();
      if (phase === 'succeeded') assert.equal(runs, 1, when);
      else assert.ok(code === 'Interrupted' && runs <= 1, `${when}: ${code}, ran ${runs} times`);
      assert.deepEqual(machine.files().toSorted(), kept[kind], when);
      assert.deepEqual(readdirSync(tmpdir()), [], when);
    }
  });

test('killed while an extension is removed: the next agent removes it', async () => {
  const installed = async () => {
    const machine = openMachine();
    await machine.live();
    machine.remove();
    return machine;
  };
  const steps = await stepsOf((await installed()).live);
  assert.ok(steps.length > 0);
  for (const [at, step] of steps.entries()) {
    const machine = await installed();
    assert.ok((await faultAt(at, machine.live)).reached, step);
    bury(machine.path);
    await machine.live();
    assert.deepEqual(machine.files(), [], `killed before: ${step}`);
  }
});

test('what a run command’s user was given is taken away with that user’s rights', async () => {
  // Where every user gets to.
  const everyones = mkdtempSync('/tmp/tombolo-killed-');
  after(() => rmSync(everyones, { recursive: true }));
  chmodSync(everyones, 0o777);
  const [own, place] = [directoryOfFile(), join(everyones, 'given')];
  mkdirSync(join(place, 'deep'), { recursive: true });
  writeFileSync(join(own, 'place'), place);
  if (process.getuid?.() === 0) chownSync(place, 65_534, 65_534);
  await runCommand.abandoned?.(own);
  // Of what is root's in it the user may remove what is empty, and nothing else.
  assert.ok(!existsSync(place));
  mkdirSync(join(place, 'deep'), { recursive: true });
  writeFileSync(join(place, 'deep', 'kept'), '');
  if (process.getuid?.() === 0) chownSync(place, 65_534, 65_534);
  await runCommand.abandoned?.(own);
  assert.equal(existsSync(join(place, 'deep', 'kept')), process.getuid?.() === 0);
  await runCommand.abandoned?.(directoryOfFile());
});
