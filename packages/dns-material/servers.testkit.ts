/** Runs real name servers with generated configuration on free loopback ports. */

import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { unusedPort } from '@tombolo/testkit/unused-port';
import { env, pathOf } from './programs.testkit.ts';

export interface NameServer {
  readonly program: string;
  /** The whole configuration file; `more` is what a test adds to the server's own options. */
  readonly main: (folder: string, port: number, more: string) => string;
  readonly args: (config: string) => readonly string[];
}

export const named: NameServer = {
  program: 'named',
  main: (folder, port, more) =>
    `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; session-keyfile none; dnssec-validation no; ${more || 'recursion no;'} };\ncontrols { };\ninclude "${folder}/named.conf.tombolo";\n`,
  args: (config) => ['-g', '-n', '1', '-c', config],
};

export const nsd: NameServer = {
  program: 'nsd',
  main: (folder, port, more) =>
    `server:\n    ip-address: 127.0.0.1@${port}\n    zonesdir: "${folder}"\n    username: ""\n    chroot: ""\n    pidfile: ""\n    zonelistfile: "${folder}/zones.list"\n    xfrdfile: ""\n    database: ""\n    xfrdir: "${folder}"\nremote-control:\n    control-enable: no\n${more || `include: "${folder}/nsd.tombolo.conf"\n`}`,
  args: (config) => ['-d', '-c', config],
};

export const knotd: NameServer = {
  program: 'knotd',
  main: (folder, port) =>
    `server:\n    listen: 127.0.0.1@${port}\n    rundir: "${folder}"\ndatabase:\n    storage: "${folder}"\ntemplate:\n  - id: default\n    storage: "${folder}"\ninclude: "${folder}/knot.tombolo.conf"\n`,
  args: (config) => ['-c', config],
};

export const dnsmasq: NameServer = {
  program: 'dnsmasq',
  main: (_folder, port, more) =>
    `keep-in-foreground\nno-hosts\nno-resolv\nport=${port}\nlisten-address=127.0.0.1\nbind-interfaces\npid-file=\n${process.getuid?.() === 0 ? 'user=root\n' : ''}${more}`,
  args: (config) => [`--conf-file=${config}`],
};

export const portOf = (resolver: Resolver): number => Number(resolver.getServers()[0]!.split(':')[1]);

/** Resolves when the server answers for `known`; it ends with the test. */
export const startServer = async (
  t: TestContext,
  server: NameServer,
  folder: string,
  { known, more = '' }: { readonly known: string; readonly more?: string },
): Promise<Resolver> => {
  const port = await unusedPort();
  const config = join(folder, 'main.conf');
  writeFileSync(config, server.main(folder, port, more));
  const child = spawn(pathOf(server.program)!, server.args(config), {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log += chunk;
    });
  const ended = once(child, 'exit');
  let over = false;
  ended.then(() => {
    over = true;
  });
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  for (let tries = 0; tries < 1000; tries++) {
    if (over) throw new Error(`${server.program} ended:\n${log}`);
    try {
      await resolver.resolve4(known);
      return resolver;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // Nothing on the port yet, or its zones are still loading.
      if (!['ECONNREFUSED', 'ETIMEOUT', 'ESERVFAIL', 'EREFUSED'].includes(code))
        throw new Error(`${server.program}: ${code}\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`${server.program} did not answer:\n${log}`);
};
