import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { commandLineOf, descendants, isAlive, signal } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { exitCodes } from '../apps/tombolo/shell/command-error.ts';
import { signIn } from './arm.ts';
import { startServer, tombolo, tomboloHere } from './server.ts';

const scratch = directoryOfFile();
let made = 0;
const newPath = (name = 'state') => {
  made += 1;
  return join(scratch, `${name}-${made}`);
};
const anyPorts = ['--https-port', '0', '--dns-port', '0'];

/** The exit codes that a command's help names. */
const exitsIn = (help: string): readonly number[] => {
  const lines = /^Exit codes:\n((?: {2}.+\n)+)/m.exec(help)?.[1] ?? '';
  return [...lines.matchAll(/^ {2}(\d+) /gm)].map(([, number]) => Number(number));
};

/** What its help says of the command that these words name; undefined where they name none. */
const helpOf = new Map<string, string>();
const helpFor = (args: readonly string[]): string | undefined =>
  helpOf.get(args.slice(0, 2).join(' ')) ?? helpOf.get(args[0] ?? '');

/** The command ends with this code, which its help names, and one JSON error of this shape. */
const fails = async (
  args: readonly string[],
  code: keyof typeof exitCodes,
  says: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const outcome = await tombolo([...args, '--json'], { env });
  assert.equal(outcome.code, exitCodes[code], outcome.stdout + outcome.stderr);
  const error = outcome.json.error as { code: string; message: string; fix: string };
  assert.equal(error.code, code);
  assert.match(error.message, says);
  assert.ok(error.fix.length > 0, 'it says what to do');
  const help = helpFor(args);
  if (help !== undefined) assert.ok([1, 2, ...exitsIn(help)].includes(exitCodes[code]), args.join(' '));
};

/** Many at a time: each is a process of its own. */
const allFail = (cases: readonly Parameters<typeof fails>[]): Promise<unknown> =>
  Promise.all(cases.map((entry) => fails(...entry)));

describe('help', async () => {
  const namesIn = (help: string): string[] =>
    (help.split(/^Commands:$/m)[1] ?? '')
      // Up to the next heading: an example begins as deep as a command's name.
      .split(/^\S/m)[0]!
      .split('\n')
      .flatMap((line) => /^ {2}([a-z]\S*)/.exec(line)?.[1] ?? [])
      .filter((name) => name !== 'help');
  /** A command that has commands is a group: only they are run. */
  const commandsBelow = async (path: readonly string[]): Promise<string[][]> => {
    // The program is asked once; its commands are not other ones in this process.
    const { code, stdout } = await (path.length === 0 ? tombolo : tomboloHere)([...path, '--help']);
    assert.equal(code, 0, path.join(' '));
    const names = namesIn(stdout);
    if (names.length > 0)
      return (await Promise.all(names.map((name) => commandsBelow([...path, name])))).flat();
    helpOf.set(path.join(' '), stdout);
    return [[...path]];
  };
  const commands = await commandsBelow([]);

  test('lists every command', () => {
    for (const name of [
      'up',
      'status',
      'wait',
      'reset',
      'env',
      'apply',
      'backup',
      'restore',
      'version',
      'dns forwarder',
    ])
      assert.ok(
        commands.some((command) => command.join(' ') === name),
        name,
      );
  });

  for (const command of commands) {
    test(`of "${command.join(' ')}" has examples and exit codes, each one of the table`, () => {
      const stdout = helpOf.get(command.join(' '))!;
      assert.match(stdout, new RegExp(`^Examples:\\n[\\s\\S]*tombolo ${command.join(' ')}`, 'm'));
      const known: readonly number[] = [0, ...Object.values(exitCodes)];
      const told = exitsIn(stdout);
      assert.ok(told.includes(0));
      for (const number of told) assert.ok(known.includes(number), String(number));
    });
  }
});

describe('a command that cannot do what was asked says so in one sentence and ends non-zero', () => {
  test('without --json: code, sentence and fix on standard error, no stack', async () => {
    const { code, stdout, stderr } = await tombolo(['status', '--state', newPath()]);
    assert.equal(code, exitCodes.NotRunning);
    assert.equal(stdout, '');
    assert.match(stderr, /^NotRunning: \S+ holds no installation\.\n {2}→ .+\n$/);
    const flag = await tombolo(['status', '--fly']);
    assert.equal(flag.code, exitCodes.InvalidArgument);
    assert.match(flag.stderr, /unknown option '--fly'[\s\S]*Usage: tombolo status/);
  });

  test('an unknown command, flag or missing argument', async () => {
    await allFail([
      [['fly'], 'InvalidArgument', /unknown command 'fly'/],
      [['up', '--fly'], 'InvalidArgument', /unknown option '--fly'/],
      [['apply'], 'InvalidArgument', /missing required argument 'file'|required option/],
      [['up', '--https-port', 'x', '--state', newPath()], 'InvalidArgument', /'x' is not a port/],
      [['up', '--dns-port', '70000', '--state', newPath()], 'InvalidArgument', /'70000' is not a port/],
      [['dns', 'forwarder', '--listen', 'nowhere'], 'InvalidArgument', /'nowhere' is not an address/],
      [['reset', '--state', newPath()], 'InvalidArgument', /cannot be undone/],
    ]);
  });

  test('nothing is there: not running', async () => {
    const path = newPath();
    for (const command of [
      ['status'],
      ['wait'],
      ['env'],
      ['backup', join(scratch, 'b.db')],
      ['reset', '--yes'],
    ])
      await fails([...command, '--state', path], 'NotRunning', /holds no installation/);
  });

  for (const [why, content, says] of [
    ['no JSON', '{', /cannot be used as configuration/],
    ['no object', '[]', /not a JSON object/],
    ['an unknown key', '{"htpsPort":1}', /htpsPort/],
    ['a port that is none', '{"httpsPort":70000}', /'httpsPort'/],
    ['an address that is none', '{"armAddress":"localhost"}', /'armAddress'/],
    ['a name server that is none', '{"upstreamNameServers":["nowhere"]}', /'upstreamNameServers\.0'/],
    ['a prefix that is none', '{"dnsClients":["10.0.0.0/33"]}', /'dnsClients\.0'/],
    ['a region that is none', '{"regions":["atlantis"]}', /'regions\.0'/],
    [
      'an authority that is not there',
      '{"certificateAuthority":{"keyFile":"/nowhere/key","chainFile":"/nowhere/chain"}}',
      /\/nowhere\/key/,
    ],
  ] as const) {
    test(`a configuration file with ${why}`, async () => {
      const file = `${newPath('configuration')}.json`;
      writeFileSync(file, content);
      await fails(['up', '--config', file, '--state', newPath()], 'InvalidConfiguration', says);
    });
  }

  test('a configuration file that is not there, and a bad value in the environment', async () => {
    await fails(
      ['up', '--config', '/nowhere.json', '--state', newPath()],
      'InvalidConfiguration',
      /nowhere\.json/,
    );
    await fails(['up', '--state', newPath()], 'InvalidConfiguration', /'httpsPort'/, {
      TOMBOLO_HTTPS_PORT: 'x',
    });
  });

  test('a state directory that cannot be made or is readable by others', async () => {
    const file = newPath('file');
    writeFileSync(file, '');
    await fails(['up', '--state', join(file, 'below'), ...anyPorts], 'StateDirectory', /cannot be used/);
    await fails(['up', '--state', '/proc/tombolo', ...anyPorts], 'StateDirectory', /cannot be used/);
    const open = newPath();
    mkdirSync(open);
    chmodSync(open, 0o755);
    await fails(['up', '--state', open, ...anyPorts], 'StateDirectory', /readable by others/);
    assert.deepEqual(readdirSync(open), [], 'nothing was written into it');
  });

  test('a port that is taken', async () => {
    const holder = createServer();
    endsWithFile(() => holder.close());
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    await fails(
      ['up', '--state', newPath(), '--https-port', String(port), '--dns-port', '0'],
      'PortTaken',
      new RegExp(`Port ${port} for HTTPS is taken`),
    );
    await fails(
      ['up', '--state', newPath(), '--https-port', '0', '--dns-port', String(port)],
      'PortTaken',
      new RegExp(`Port ${port} for DNS is taken`),
    );
  });

  test('an address that is not on this machine', () =>
    fails(
      ['up', '--state', newPath(), '--arm-address', '192.0.2.1', ...anyPorts],
      'PortTaken',
      /192\.0\.2\.1/,
    ));
});

const secretsOf = (state: string): string[] => {
  const read = (...names: string[]) => readFileSync(join(state, ...names), 'utf8');
  const { clientSecret } = JSON.parse(read('credentials.json')) as { clientSecret: string };
  const tokens = Object.values(JSON.parse(read('roles.json')) as Record<string, string>);
  const key = read('hybrid', 'server.pem').split('\n')[1]!;
  return [clientSecret, key, ...tokens];
};

/** Every path below, with its permission bits for group and others. */
const openTo = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => (lstatSync(path).mode & 0o077) !== 0);

describe('a running installation', async () => {
  const state = newPath();
  const server = await startServer(state);
  const arm = await signIn(state, server.ready.resourceManager);

  test('runs once: a second one on its directory is refused, whatever its ports', () =>
    fails(
      ['up', '--state', state, ...anyPorts],
      'AlreadyRunning',
      new RegExp(`Process ${server.ready.pid} `),
    ));

  test('is not restored over', async () => {
    const backup = `${newPath('backup')}.db`;
    assert.equal((await server.tombolo('backup', backup)).code, 0);
    await fails(
      ['restore', backup, '--force', '--state', state],
      'AlreadyRunning',
      new RegExp(`Process ${server.ready.pid} `),
    );
    await fails(['backup', backup, '--state', state], 'InvalidArgument', /is there already/);
    await fails(
      ['backup', '/nowhere/backup.db', '--state', state],
      'InvalidArgument',
      /cannot be written into \/nowhere/,
    );
    await fails(
      ['restore', join(state, 'ca.pem'), '--state', newPath()],
      'InvalidArgument',
      /is not a backup/,
    );
  });

  test('status, env and version answer as text and as JSON', async () => {
    const status = await server.tombolo('status');
    assert.equal(status.code, 0, status.stdout);
    assert.equal(status.json.pid, server.ready.pid);
    assert.equal((status.json.followers as unknown[]).length, 3);
    assert.match((await tombolo(['status', '--state', state])).stdout, /converged/);
    const env = await server.tombolo('env');
    assert.equal(env.json.ARM_ENDPOINT, server.ready.resourceManager);
    const shown = execFileSync('sh', [
      '-c',
      `${(await tombolo(['env', '--state', state])).stdout}\nprintf %s "$AZURE_CLIENT_SECRET"`,
    ]);
    assert.equal(String(shown), env.json.AZURE_CLIENT_SECRET);
    assert.match((await tombolo(['version'])).stdout, /^tombolo \d/);
    assert.equal((await tombolo(['version', '--json'])).json.node, process.version);
  });

  test('wait refuses what is no feed number and gives up on one that never comes', async () => {
    const never = await server.tombolo('wait', '--applied', '999999', '--timeout', '0.2');
    assert.equal(never.code, exitCodes.Timeout, never.stdout);
    assert.equal((await server.tombolo('wait', '--applied', 'x')).code, exitCodes.InvalidArgument);
    assert.equal((await server.tombolo('wait')).code, 0);
  });

  test('machines are listed, and deleted by name', async () => {
    const group = `${arm.subscription}/resourceGroups/servers`;
    await arm.done('PUT', `${group}?api-version=2025-04-01`, { location: 'japaneast' });
    const machine = `${group}/providers/Microsoft.HybridCompute/machines/left-behind?api-version=2024-07-10`;
    await arm.done('PUT', machine, { location: 'japaneast', properties: {} });
    const listed = await server.tombolo('machine', 'list', '--resource-group', 'servers');
    assert.deepEqual(
      (listed.json as unknown as { name: string }[]).map(({ name }) => name),
      ['left-behind'],
    );
    const remove = () => server.tombolo('machine', 'delete', 'left-behind', '-g', 'servers');
    assert.deepEqual((await remove()).json, { deleted: ['left-behind'] });
    assert.equal((await arm.send('GET', machine)).status, 404);
    assert.equal((await remove()).code, exitCodes.RequestRefused);
    assert.match((await tombolo(['machine', 'list', '--state', state])).stdout, /There are no machines/);
  });

  test('why a name fails is explained', async () => {
    const { json } = await server.tombolo('dns', 'explain', 'nobody.his.arc.azure.com');
    assert.equal(json.result, 'NXDOMAIN');
    assert.match(JSON.stringify(json.steps), /the public zone his\.arc\.azure\.com has no such name/);
    const network = `${arm.subscription}/resourceGroups/servers/providers/Microsoft.Network/virtualNetworks/none`;
    const none = await server.tombolo('dns', 'explain', 'a.b', '--network', network);
    assert.equal(none.code, exitCodes.RequestRefused);
  });

  test('a principal whose secret could not be written is not made', async () => {
    const made = await server.tombolo(
      'principal',
      'create',
      'lost',
      '--secret-file',
      join(newPath(), 'no', 's'),
    );
    assert.equal(made.code, exitCodes.InvalidArgument, made.stderr);
    assert.match(made.stdout + made.stderr, /Nothing was asked of the server\./);
    const unread = await server.tombolo('principal', 'create', 'lost', '--certificate', newPath());
    assert.equal(unread.code, exitCodes.InvalidArgument, unread.stderr);
  });

  test('a principal’s secret is in the file that was named, and what is refused ends no secret', async () => {
    const file = join(state, '..', 'kept-secret');
    const principal = (...words: readonly string[]) => server.tombolo('principal', ...words);
    const hints = async (name: string): Promise<readonly string[]> => {
      const { json } = await principal('show', name);
      return (json.secrets as readonly { hint: string }[]).map(({ hint }) => hint);
    };
    const begins = () => readFileSync(file, 'utf8').slice(0, 3);
    await principal('create', 'kept', '--role', 'Reader', '--secret-file', file);
    assert.deepEqual(await hints('kept'), [begins()]);
    await principal('rotate', 'kept', '--secret-file', file);
    const rotated = begins();
    assert.deepEqual(await hints('kept'), [rotated]);
    assert.equal((await principal('rotate', 'kept', '--secret-file', state)).code, exitCodes.InvalidArgument);
    assert.equal((await principal('rotate', 'no', '--secret-file', file)).code, exitCodes.RequestRefused);
    assert.deepEqual([await hints('kept'), begins()], [[rotated], rotated]);
    const unassigned = ['--role', 'Reader', '--scope', `${arm.subscription}/resourceGroups/none`];
    assert.equal((await principal('create', 'left', ...unassigned)).code, exitCodes.RequestRefused);
    assert.equal((await principal('show', 'left')).code, exitCodes.RequestRefused);
  });

  test('no secret is in an argument list or in the log', async () => {
    await server.tombolo('principal', 'create', 'somebody');
    const pids = [server.ready.pid, ...descendants(server.ready.pid)];
    assert.equal(pids.length, 5);
    const lines = pids.map(commandLineOf);
    assert.ok(lines.every((line) => line.length > 0));
    for (const secret of secretsOf(state)) {
      assert.ok(secret.length > 20);
      for (const line of lines) assert.ok(!line.includes(secret), line);
      assert.ok(!server.log().includes(secret), 'the log has a secret in it');
    }
  });

  test('nothing in its directory is open to group or others', () => assert.deepEqual(openTo(state), []));

  test('a second installation beside it shares nothing with it', async () => {
    const other = await startServer(newPath());
    assert.notEqual(other.ready.resourceManager, server.ready.resourceManager);
    assert.notEqual(other.ready.dns, server.ready.dns);
    const otherArm = await signIn(other.state, other.ready.resourceManager);
    const path = (subscription: string) => `${subscription}/resourceGroups/only-here?api-version=2025-04-01`;
    await arm.done('PUT', path(arm.subscription), { location: 'japaneast' });
    const missing = await otherArm.send('GET', path(otherArm.subscription));
    assert.equal(missing.status, 404);
    // One does not know the other's authority, tokens or secrets.
    await assert.rejects(signIn(other.state, server.ready.resourceManager));
    assert.equal(await other.stop(), 0);
    assert.equal((await server.tombolo('wait')).code, 0, 'the first is as it was');
  });

  test('ends at SIGTERM with all its processes, and starts again with its resources on the same ports', async () => {
    const pids = [server.ready.pid, ...descendants(server.ready.pid)];
    assert.equal(await server.stop(), 0);
    assert.deepEqual(pids.filter(isAlive), []);
    await fails(['status', '--state', state], 'NotRunning', /not running/);
    // Without port flags: the ports of before.
    const again = await startServer(state, []);
    const { pid: _, processes: __, ...places } = server.ready;
    const { pid: ___, processes: ____, ...same } = again.ready;
    assert.deepEqual(same, places);
    const group = await (await signIn(state, again.ready.resourceManager)).send(
      'GET',
      `${arm.subscription}/resourceGroups/only-here?api-version=2025-04-01`,
    );
    assert.equal(group.status, 200);
    assert.equal(await again.stop(), 0);
    assert.deepEqual(openTo(state), [], 'after its end too');
  });
});

test('children whose supervisor was killed end by themselves, and the directory can be used again', async () => {
  const server = await startServer(newPath());
  const children = descendants(server.ready.pid);
  assert.equal(children.length, 4);
  signal(server.ready.pid, 'SIGKILL');
  await server.ended;
  // At once: the new one has to cope with those that are still ending.
  const again = await startServer(server.state);
  assert.equal(again.ready.resourceManager, server.ready.resourceManager);
  await until('the orphans are gone', () => children.every((pid) => !isAlive(pid)));
  assert.equal(await again.stop(), 0);
});

test('a path too long for a socket works, and leaves nothing behind elsewhere', async () => {
  const deep = join(newPath(), 'd'.repeat(100), 'e'.repeat(100));
  const server = await startServer(deep);
  assert.equal((await server.tombolo('wait')).code, 0);
  const runtime = readFileSync(join(deep, 'runtime'), 'utf8').trim();
  assert.ok(!runtime.startsWith(deep));
  assert.deepEqual(
    [runtime, ...openTo(runtime)].filter((path) => (lstatSync(path).mode & 0o077) !== 0),
    [],
  );
  assert.equal(await server.stop(), 0);
  assert.throws(() => lstatSync(runtime), { code: 'ENOENT' });
});

describe('an installation in a directory with the lock of a process that is gone, or of one that has got its number', async () => {
  const state = newPath();
  mkdirSync(state, { mode: 0o700 });
  // This test's own number: a living process that holds nothing, as after the restart of a container.
  writeFileSync(join(state, 'lock'), `${process.pid}\n`, { mode: 0o600 });
  const server = await startServer(state);

  test('starts, and SIGINT to its whole process group ends it cleanly', async () => {
    const pids = [server.ready.pid, ...descendants(server.ready.pid)];
    for (const pid of pids) signal(pid, 'SIGINT');
    assert.equal(await server.ended, 0);
    assert.deepEqual(pids.filter(isAlive), []);
  });

  test('stopped, it is removed by reset: what an installation made, and nothing else', async () => {
    const besideLetter = newPath();
    cpSync(state, besideLetter, { recursive: true });
    writeFileSync(join(besideLetter, 'letter.txt'), 'precious');
    const reset = (path: string) => tombolo(['reset', '--yes', '--state', path, '--json']);
    assert.equal((await reset(state)).code, 0);
    assert.throws(() => lstatSync(state), { code: 'ENOENT' });
    const { code, json } = await reset(besideLetter);
    assert.deepEqual([code, json.left], [0, ['letter.txt']]);
    assert.deepEqual(readdirSync(besideLetter), ['letter.txt']);
  });
});
