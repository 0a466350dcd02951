import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childOfFile, directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { commandLineOf, isAlive, parentOf, signal } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { bin, environment, startServer } from './server.ts';

const scratch = directoryOfFile();
const root = fileURLToPath(new URL('../', import.meta.url));

/** Everything that was started for this state directory, by what is in its command line. */
const processesOf = (state: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid) && commandLineOf(pid).includes(state));

const processOf = (state: string, part: string): number | undefined =>
  processesOf(state).find((pid) => commandLineOf(pid).includes(part));

const started = new Set<string>();
/** Below npm and shells not everything is a child. */
const killStarted = () => {
  for (const state of started) for (const pid of processesOf(state)) signal(pid, 'SIGKILL');
};
endsWithFile(killStarted, killStarted);

/** A Node that is not the one that the project wants, so that the bin starts that one as its child. */
const older = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((path) => {
    if (!existsSync(path)) return false;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    return Number(/^v(\d+)/.exec(version)?.[1]) < 24;
  });

const flags = ['--https-port', '0', '--dns-port', '0'];
const up = (state: string) => ['up', '--state', state, ...flags];

interface Way {
  readonly what: string;
  readonly command: (state: string) => readonly [string, ...string[]];
  /** Only the process that is started: the others are as in another way. */
  readonly first?: true;
  /** What is in the command line of who is started last. */
  readonly last: string;
  readonly skip?: string | false;
}
const theCommand: Way = {
  what: 'the command',
  command: (state) => [join(root, 'tombolo'), ...up(state)],
  last: 'processes/hybrid.ts',
};
const withOlderNode: Way = {
  what: 'the command with an older Node',
  command: (state) => [older ?? '', bin, ...up(state)],
  last: 'processes/hybrid.ts',
  skip: older === undefined && 'there is no older Node on this machine',
};
const byNpmExec: Way = {
  what: 'npm exec',
  command: (state) => ['npm', 'exec', '--', 'tombolo', ...up(state)],
  first: true,
  last: 'processes/hybrid.ts',
};
const npmStart: Way = {
  what: 'npm start',
  command: (state) => ['npm', 'start', '--', '--state', state, ...flags],
  last: 'apps/agent/bin.mjs run',
};

/** In a group of its own, as a shell starts it; resolves when the last process is there. */
const start = async ({ what, command, last }: Way, state: string): Promise<ChildProcess> => {
  started.add(state);
  const [program, ...args] = command(state);
  const options = { cwd: root, stdio: 'ignore', env: environment(), detached: true } as const;
  const child = childOfFile(spawn(program, args, options));
  await until(`${what} has started all`, () => processOf(state, last));
  return child;
};

/** From the one that is started down to the one that has started the four. */
const chain = (child: ChildProcess, state: string): readonly number[] => {
  const upwards: number[] = [];
  for (let pid = processOf(state, 'processes/control.ts')!; pid !== child.pid; ) {
    pid = parentOf(pid)!;
    upwards.unshift(pid);
  }
  return upwards;
};

const nothingLeft = (what: string, state: string) =>
  until(`nothing of ${what} is left`, () => processesOf(state).length === 0);

/** As the kernel has them, a bit each; none of a process that is gone. */
const pendingSignals = (pid: number): bigint => {
  try {
    const pending = /^ShdPnd:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return BigInt(`0x${pending ?? 0}`);
  } catch {
    return 0n;
  }
};

/** The file is removed at a clean end only. */
const endedCleanly = (state: string): boolean => !existsSync(join(state, 'lock'));

// On one directory: each start is the next one of what was ended before.
for (const name of ['SIGKILL', 'SIGTERM'] as const)
  describe(`whoever is ended by ${name}`, () => {
    const state = join(scratch, name);

    for (const way of [theCommand, withOlderNode, byNpmExec, npmStart])
      test(`of ${way.what}${way.first ? '' : ', each process,'} leaves none`, {
        skip: way.skip ?? false,
      }, async () => {
        let levels = 1;
        for (let level = 0; level < levels; level += 1) {
          // Once with all, then as soon as the installation's own processes are there.
          const last = level === 0 ? way.last : 'processes/hybrid.ts';
          const child = await start({ ...way, last }, state);
          const pids = chain(child, state);
          levels = way.first ? 1 : pids.length;
          const names = pids.map((pid) => commandLineOf(pid).slice(0, 60));
          const gone = once(child, 'exit');
          signal(pids[level]!, name);
          await gone;
          await nothingLeft(`${way.what}, ${name} to ${names[level]}`, state);
          const killed = name === 'SIGKILL' && level === pids.length - 1;
          assert.equal(endedCleanly(state), !killed, `${name} to ${names[level]}`);
        }
      });

    test('the next start works', async () => {
      const again = await startServer(state, []);
      assert.equal(await again.stop(), 0);
    });
  });

describe('whoever is ended', () => {
  test('Ctrl-C, which reaches every process of npm start at once, ends all cleanly', async () => {
    const state = join(scratch, 'ctrl-c');
    const child = await start(npmStart, state);
    const gone = once(child, 'exit');
    process.kill(-child.pid!, 'SIGINT');
    await gone;
    await nothingLeft('npm start', state);
    assert.ok(endedCleanly(state));
  });

  test('a second signal does not cut off the clean end that the first one began', async () => {
    const state = join(scratch, 'twice');
    const child = await start(theCommand, state);
    const gone = once(child, 'exit');
    // Stopped, it holds the end open until it goes on.
    const hybrid = processOf(state, 'processes/hybrid.ts')!;
    signal(hybrid, 'SIGSTOP');
    child.kill('SIGINT');
    await until('the end has begun', () => processOf(state, 'processes/control.ts') === undefined);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(name);
    await until('they have been seen', () => pendingSignals(child.pid!) === 0n);
    signal(hybrid, 'SIGCONT');
    await gone;
    await nothingLeft(theCommand.what, state);
    assert.ok(endedCleanly(state));
  });

  for (const way of [theCommand, npmStart])
    test(`SIGTERM to ${way.what} while it starts ends all cleanly`, async () => {
      const state = join(scratch, `${way.what.replaceAll(' ', '-')}-starting`);
      const child = await start({ ...way, last: 'processes/control.ts' }, state);
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await nothingLeft(way.what, state);
      assert.ok(endedCleanly(state));
    });

  test('SIGTERM to npm start while its servers connect ends all cleanly', async () => {
    const state = join(scratch, 'connecting');
    const child = await start({ ...npmStart, last: 'apps/agent/bin.mjs connect' }, state);
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    await nothingLeft('npm start', state);
    assert.ok(endedCleanly(state));
  });
});

describe('a reader that has seen enough', () => {
  const long = ['requirements', 'list', '--product', 'servers', '--region', 'japaneast'];
  for (const [what, entry, args, codes] of [
    ['tombolo', bin, long, '141'],
    ['tombolo --json', bin, [...long, '--json'], '141'],
    // These end at once, so that the closed pipe may not be noticed any more.
    ['tombolo --help', bin, ['up', '--help'], '0|141'],
    ['tombolo-agent --help', join(root, 'apps/agent/bin.mjs'), ['connect', '--help'], '0|141'],
    ['an error', bin, ['no-such-command'], '2'],
  ] as const)
    test(`${what}: no stack, and the code of who was ended by a closed pipe`, () => {
      // Standard output is a pipe whose reader is gone before anything is written.
      const closed = childOfFile(
        spawn(
          'sh',
          [
            '-c',
            `{ ${JSON.stringify(process.execPath)} "$@"; echo "code $?" >&4; } 4>&2 2>&2 | exec true`,
            'sh',
            entry,
            ...args,
          ],
          {
            stdio: ['ignore', 'ignore', 'pipe'],
            env: environment(),
          },
        ),
      );
      let said = '';
      closed.stderr!.on('data', (chunk) => {
        said += String(chunk);
      });
      return once(closed, 'close').then(() => {
        assert.doesNotMatch(said, /EPIPE|node:events|\n {4}at /);
        assert.match(said, new RegExp(`code (${codes})\n$`));
      });
    });
});
