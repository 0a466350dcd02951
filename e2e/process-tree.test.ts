import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  bin,
  commandLineOf,
  environment,
  isAlive,
  scratchDirectory,
  signal,
  startServer,
  until,
} from './server.ts';

const scratch = scratchDirectory();
const root = fileURLToPath(new URL('../', import.meta.url));
const withSetup = join(root, 'scripts/with-setup.mjs');

/** Everything that was started for this state directory, by what is in its command line. */
const processesOf = (state: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid) && commandLineOf(pid).includes(state));

const started = new Set<string>();
after(() => {
  for (const state of started) for (const pid of processesOf(state)) signal(pid, 'SIGKILL');
});

const ready = (state: string): Promise<boolean> =>
  until('the four processes run', () =>
    ['control', 'dns', 'gateway', 'hybrid'].every((name) =>
      processesOf(state).some((pid) => commandLineOf(pid).includes(`processes/${name}.ts`)),
    ),
  );

/** A Node that is not the one that the project wants, so that the bin starts that one as its child. */
const older = ((): string | undefined => {
  try {
    const version = execFileSync('node', ['--version'], { encoding: 'utf8' });
    return Number(/^v(\d+)/.exec(version)?.[1]) < 24 ? 'node' : undefined;
  } catch {
    return undefined;
  }
})();

const flags = ['--https-port', '0', '--dns-port', '0'];
const up = (state: string) => ['up', '--state', state, ...flags];
const ways: readonly {
  readonly what: string;
  readonly command: (state: string) => readonly [string, ...string[]];
  readonly skip?: string | false;
}[] = [
  { what: 'the command', command: (state) => [process.execPath, bin, ...up(state)] },
  {
    what: 'the command with an older Node',
    command: (state) => ['node', bin, ...up(state)],
    skip: older === undefined && 'there is no older Node on this machine',
  },
  {
    what: 'the set-up script',
    command: (state) => [process.execPath, withSetup, 'apps/tombolo/bin.mjs', ...up(state)],
  },
  { what: 'npm start', command: (state) => ['npm', 'start', '--', '--state', state, ...flags] },
];

describe('whoever is started', () => {
  for (const { what, command, skip = false } of ways)
    for (const name of ['SIGKILL', 'SIGTERM'] as const)
      test(`${name} of ${what} leaves no process, and the next start works`, { skip }, async () => {
        const state = join(scratch, `${what.replaceAll(' ', '-')}-${name}`);
        started.add(state);
        const [program, ...args] = command(state);
        const child: ChildProcess = spawn(program, args, { cwd: root, stdio: 'ignore', env: environment() });
        await ready(state);
        const gone = once(child, 'exit');
        child.kill(name);
        await gone;
        await until(`nothing of ${what} is left`, () => processesOf(state).length === 0);
        const again = await startServer(state, []);
        assert.equal(await again.stop(), 0);
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
      const closed = spawn(
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
