/** A real Squid on loopback for the agent's tests: with a user and a password, knowing the names that it is told. */

import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { chooseAnyPort } from '@tombolo/ports';
import { endChild } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { debianEnvironment as env, pathOf, unpacked } from './debian-programs.testkit.ts';

const squid = pathOf('squid');
const root = process.getuid?.() === 0;
const ncsa = 'usr/lib/squid/basic_ncsa_auth';

/** Why a test that needs it is skipped. */
export const squidIsMissing: string | false = squid === undefined && 'squid is not on this machine';

export const openSquid = async (options: {
  /** Names that it resolves, beside the machine's. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly user: string;
  readonly password: string;
}) => {
  // Squid gives up root: where every user gets to.
  const place = mkdtempSync(join('/tmp', 'tombolo-squid-'));
  chmodSync(place, 0o755);
  const file = (name: string, text: string): string => {
    writeFileSync(join(place, name), text, { mode: 0o644 });
    return join(place, name);
  };
  const own = squid!.startsWith(unpacked);
  const tree = own ? join(place, 'unpacked') : '/';
  if (own) symlinkSync(unpacked, tree);
  const hashed = execFileSync('openssl', ['passwd', '-apr1', '-stdin'], {
    encoding: 'utf8',
    input: `${options.password}\n`,
  });
  const passwords = file('passwords', `${options.user}:${hashed}`);
  const names = file('hosts', [...options.hosts].map(([name, address]) => `${address} ${name}\n`).join(''));
  const log = file('access.log', '');
  chmodSync(log, 0o666);
  const service = `tombolo${process.pid}`;
  const chosen = await chooseAnyPort({ addresses: ['127.0.0.1'], datagrams: false });
  const port = Number(chosen);
  const configuration = file(
    'squid.conf',
    `http_port 127.0.0.1:${port}
visible_hostname test
pid_filename none
${root ? 'cache_effective_user nobody\ncache_effective_group nogroup\n' : ''}cache_log /dev/null
logformat short %ru %un %>Hs
access_log stdio:${log} short
cache_store_log none
netdb_filename none
pinger_enable off
workers 1
shutdown_lifetime 0 seconds
cache deny all
hosts_file ${names}
mime_table ${['usr/share/squid/mime.conf', 'etc/squid/mime.conf'].map((path) => join(tree, path)).find((path) => existsSync(path)) ?? ''}
icon_directory ${join(tree, 'usr/share/squid/icons')}
unlinkd_program ${join(tree, 'usr/lib/squid/unlinkd')}
auth_param basic program ${join(tree, ncsa)} ${passwords}
auth_param basic children 1 startup=1
auth_param basic realm test
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
`,
  );
  const child = spawn(squid!, ['-N', '-n', service, '-d', '1', '-f', configuration], {
    env,
    stdio: 'ignore',
  });
  await until('squid answers', async () => {
    if (child.exitCode !== null) throw new Error(`squid ended with ${child.exitCode}`);
    return new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
  });
  return {
    port,
    /** `host:port user status` of each request so far. */
    seen: (): readonly string[] => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    close: async () => {
      await endChild(child);
      // Its shared memory is named for the service, for the whole machine.
      for (const name of existsSync('/dev/shm') ? readdirSync('/dev/shm') : [])
        if (name.startsWith(`${service}-`)) rmSync(join('/dev/shm', name));
      rmSync(place, { recursive: true, force: true });
    },
  };
};
