import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { configurationKeys } from '@tombolo/agent';
import { failureTable } from '@tombolo/agent/failure';
import { runHere } from './surroundings.testkit.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-agent-commands-'));
after(() => rmSync(directory, { recursive: true }));
const state = join(directory, 'state');
const inState = { env: { TOMBOLO_AGENT_STATE: state } };

const namesIn = (help: string): readonly string[] =>
  [...(help.split(/^Commands:$/m)[1]?.split(/^\S/m)[0] ?? '').matchAll(/^ {2}([a-z]+)/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');

/** Each command by its words, with its help; a command that has commands is a group. */
const leaves = async (path: readonly string[]): Promise<readonly (readonly [string, string])[]> => {
  const { code, stdout, stderr } = await runHere([...path, '--help']);
  assert.deepEqual([code, stderr], [0, ''], path.join(' '));
  const names = namesIn(stdout);
  if (names.length === 0) return [[path.join(' '), stdout]];
  return (await Promise.all(names.map((name) => leaves([...path, name])))).flat();
};
const commands = await leaves([]);

const tooWide = (text: string): readonly string[] => text.split('\n').filter((line) => [...line].length > 80);

/** Every code stands in the table, and a refusal says code, what and what to do. */
const assertRefusal = (
  { code, stdout, stderr }: Awaited<ReturnType<typeof runHere>>,
  number: number,
  json: boolean,
) => {
  assert.equal(code, number, stdout + stderr);
  assert.ok(code in failureTable);
  assert.match(stderr, new RegExp(`^ERROR {3}AZCM${String(number).padStart(4, '0')}: .+\\n {8}.+\\.\\n$`));
  if (!json) return assert.equal(stdout, '');
  const { error, status } = JSON.parse(stdout);
  assert.deepEqual([status, error.exitCode], ['Failed', number]);
  assert.ok(error.message.length > 0 && error.fix.length > 0);
};

test('azcmagent has these commands, and so has this agent', () => {
  const names = commands.map(([name]) => name);
  for (const name of [
    ...['check', 'connect', 'disconnect', 'show', 'logs', 'genkey', 'license', 'upgrade', 'version'],
    ...['config get', 'config set', 'config list', 'config clear', 'config info'],
    ...['extension list', 'extension remove'],
  ])
    assert.ok(names.includes(name), name);
});

describe('every command', () => {
  for (const [name, help] of commands) {
    const words = name.split(' ');
    const needed = [...(help.split('\n')[0] ?? '').matchAll(/<\w+>/g)].map(() => 'none');

    test(`${name}: --help fits 80 columns, and has the common flags, exit codes and an example`, () => {
      assert.deepEqual(tooWide(help), []);
      for (const flag of ['--config', '--json', '--log-stderr', '--no-color', '--verbose', '--state-dir'])
        assert.ok(help.includes(flag), flag);
      assert.match(help, /Exit codes are[\s\S]*Examples:\n {2}\.\/tombolo-agent /);
      assert.ok(help.includes(`./tombolo-agent ${name}`), 'an example of its own');
    });

    test(`${name}: an unknown flag is AZCM0023, in JSON one document`, async () => {
      for (const json of [false, true]) {
        const refused = await runHere([...words, ...needed, '--fly', ...(json ? ['--json'] : [])], inState);
        assertRefusal(refused, 23, json);
        assert.match(refused.stderr, /unknown option '--fly'/);
      }
    });

    test(`${name}: a --config file that is not there, is damaged, or has an unknown name is AZCM0019`, async () => {
      const bad = join(directory, 'bad.yaml');
      for (const content of [undefined, '{"json": tru', 'fly: true', 'json: maybe', '- 1', 'json: [true]']) {
        if (content !== undefined) writeFileSync(bad, content);
        const path = content === undefined ? '/nowhere' : bad;
        assertRefusal(await runHere([...words, ...needed, '--config', path], inState), 19, false);
      }
    });
  }
});

test('a bad value is AZCM0023 before anything is opened', async () => {
  for (const words of [
    ['run', '--heartbeat-interval', 'often'],
    ['config', 'set', 'config.mode', 'half'],
    ['config', 'get', 'config.modus'],
    ['config', 'set', 'proxy.bypass', 'Arc', '--add', '--remove'],
    ['show', 'nothing'],
    ['fly'],
    ['config', 'fly'],
    [],
    ['config'],
  ])
    for (const json of [false, true])
      assertRefusal(await runHere([...words, ...(json ? ['--json'] : [])], inState), 23, json);
});

describe('colours', () => {
  const bad = ['show', 'nothing'];
  const red = '\u001b[';
  test('an error on a terminal is red, unless somebody asked for none', async () => {
    const at = async (more: readonly string[], env: NodeJS.ProcessEnv = {}) =>
      (await runHere([...bad, ...more], { env: { ...inState.env, ...env }, terminal: true })).stderr;
    assert.ok((await at([])).includes(red));
    assert.ok(!(await at(['--no-color'])).includes(red));
    assert.ok(!(await at([], { NO_COLOR: '1' })).includes(red));
    const file = join(directory, 'plain.json');
    writeFileSync(file, '{"no-color": true}');
    assert.ok(!(await at(['--config', file])).includes(red), 'from a file, too');
    assert.ok(!(await runHere(bad, inState)).stderr.includes(red), 'no terminal');
  });
});

describe('--config', () => {
  test('names of flags in JSON or YAML; what is on the command line goes before', async () => {
    const file = join(directory, 'show.yaml');
    writeFileSync(
      file,
      `# of two machines\njson: true\nstate-dir: ${join(directory, 'other')}\nlocation: japaneast\n`,
    );
    const shown = await runHere(['show', 'agentLogfile', '--config', file], inState);
    assert.equal(JSON.parse(shown.stdout).agentLogfile, join(directory, 'other', 'log', 'agent.log'));
    const flag = await runHere(['show', 'agentLogfile', '--config', file, '--state-dir', state]);
    assert.equal(JSON.parse(flag.stdout).agentLogfile, join(state, 'log', 'agent.log'));
    // That a refusal is JSON, too, was said in the file.
    const refused = await runHere(['show', 'nothing', '--config', file], inState);
    assert.equal(JSON.parse(refused.stdout).error.exitCode, 23);
  });

  test('what is in a damaged file is not shown: it may be a secret', async () => {
    const file = join(directory, 'damaged');
    for (const content of ['{"service-principal-secret": s3cretWord', 'a: b: s3cretWord', '"s3cretWord']) {
      writeFileSync(file, content);
      const { stderr, code } = await runHere(['connect', '--config', file], inState);
      assert.equal(code, 19);
      assert.ok(!stderr.includes('s3cretWord'), stderr);
    }
  });
});

describe('config', () => {
  const said = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await runHere(['config', ...words], inState);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  test("prints azcmagent's lines", async () => {
    assert.equal(
      await said('set', 'proxy.bypass', 'Arc'),
      'Config property proxy.bypass set to value [Arc] (previously [])\n',
    );
    assert.equal(
      await said('set', 'proxy.bypass', 'aad', '--add'),
      'Config property proxy.bypass set to value [Arc, AAD] (previously [Arc])\n',
    );
    assert.equal(
      await said('set', 'proxy.url', 'http://me:s3cretWord@proxy.example:3128'),
      'Config property proxy.url set to value http://me:[redacted]@proxy.example:3128\n',
    );
    assert.equal(await said('get', 'proxy.bypass'), '[Arc, AAD]\n');
    const { stdout } = await runHere(['show', 'httpsProxy', 'proxyBypass', '--json'], inState);
    assert.deepEqual(JSON.parse(stdout), {
      httpsProxy: 'http://proxy.example:3128',
      proxyBypass: ['Arc', 'AAD'],
    });
    const variable = { env: { HTTPS_PROXY: 'http://me:s3cretWord@other.example:80' } };
    const elsewhere = ['show', 'httpsProxy', '--state-dir', join(directory, 'none')];
    assert.equal(
      (await runHere(elsewhere, variable)).stdout,
      'Using HTTPS Proxy : http://other.example\n',
      'the variable, where nothing is set',
    );
    const list = await said('list');
    assert.match(
      list,
      /^Local Configuration Settings\n {2}incomingconnections\.enabled \(preview\) {16} : true\n/,
    );
    assert.match(list, /^ {2}proxy\.url {44} : http:\/\/me:\[redacted\]@proxy\.example:3128$/m);
    assert.deepEqual(tooWide(await said('info')), []);
    const { localSettings } = JSON.parse(await said('list', '--json'));
    assert.deepEqual(
      localSettings.map(({ key }: { readonly key: string }) => key),
      configurationKeys,
    );
    assert.deepEqual(JSON.parse(await said('clear', 'proxy.bypass', '--json')), {
      ...{ key: 'proxy.bypass', value: [], previous: ['Arc', 'AAD'] },
    });
    for (const words of [['list'], ['get', 'proxy.url'], ['clear', 'proxy.url']])
      for (const json of [[], ['--json']])
        assert.ok(!(await said(...words, ...json)).includes('s3cretWord'), words.join(' '));
  });

  test('what its mode decides is not changed in monitor mode: AZCM0027', async () => {
    await said('set', 'config.mode', 'monitor');
    const words = ['config', 'set', 'guestconfiguration.enabled', 'true'];
    assertRefusal(await runHere(words, inState), 27, false);
    await said('set', 'config.mode', 'full');
  });
});

describe('show', () => {
  const root = process.geteuid?.() === 0;
  test("of another user's directory works where the modes allow it; else AZCM0018 says whose it is", {
    skip: root ? false : 'only root can become another user',
  }, async () => {
    const theirs = join(directory, 'theirs');
    const env = { TOMBOLO_AGENT_STATE: theirs };
    assert.equal((await runHere(['config', 'set', 'proxy.bypass', 'Arc'], { env })).code, 0);
    chmodSync(directory, 0o711);
    const asNobody = async () => {
      process.seteuid!(65_534);
      try {
        return await runHere(['show', 'proxyBypass', '--json'], { env });
      } finally {
        process.seteuid!(0);
      }
    };
    const refused = await asNobody();
    assertRefusal(refused, 18, true);
    assert.match(refused.stderr, /it is another user's/);
    chmodSync(theirs, 0o755);
    chmodSync(join(theirs, 'configuration.json'), 0o644);
    assert.deepEqual(JSON.parse((await asNobody()).stdout), { proxyBypass: ['Arc'] });
  });
});

describe('version, license and genkey', () => {
  test('the version, by command and by flag', async () => {
    const { stdout } = await runHere(['version']);
    assert.match(stdout, /^tombolo-agent version 1\.67\.\S+\n$/);
    assert.equal((await runHere(['--version'])).stdout, stdout);
    assert.match(JSON.parse((await runHere(['version', '-j'])).stdout).version, /^1\.67\./);
  });

  test('the license is the one of the repository', async () => {
    const own = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8').trim();
    assert.equal((await runHere(['license'])).stdout.trim(), own);
  });

  test('a key made ahead stays the same, and its private half in the directory', async () => {
    const first = await runHere(['genkey'], inState);
    assert.match(first.stdout, /^[\w-]{80,200}\n$/);
    const { publicKey, vmId } = JSON.parse((await runHere(['genkey', '--json'], inState)).stdout);
    assert.equal(`${publicKey}\n`, first.stdout);
    assert.match(vmId, /^[\da-f-]{36}$/);
  });
});

test('upgrade in a clone says what to do, and a bad version is AZCM0023', async () => {
  const { code, stdout } = await runHere(['upgrade'], inState);
  assert.equal(code, 0);
  assert.match(stdout, /clone/);
  assert.deepEqual(tooWide(stdout), []);
  assertRefusal(await runHere(['upgrade', '--version', 'newest'], inState), 23, false);
  assertRefusal(await runHere(['upgrade', '--cloud-profile', '/nowhere', '-j'], inState), 19, true);
});

describe('logs', () => {
  test('an archive where it was asked for; AZCM0023 where none can be', async () => {
    const archive = join(directory, 'logs.zip');
    const made = await runHere(['logs', '-o', archive, '--json'], inState);
    assert.deepEqual([made.code, JSON.parse(made.stdout)], [0, { file: archive }], made.stderr);
    assert.equal(statSync(archive).mode & 0o777, 0o600);
    assertRefusal(await runHere(['logs', '-o', directory], inState), 23, false);
    assertRefusal(await runHere(['logs', '-o', join(directory, 'no', 'where.zip'), '-j'], inState), 23, true);
  });
});
