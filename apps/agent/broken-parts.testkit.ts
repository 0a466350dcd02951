/** A network namespace whose parts are broken in known ways, by real programs: nginx, dnsmasq, sslsplit, tinyproxy, nftables. */

import { spawn, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority, issueServerCertificate } from '@tombolo/identity';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';
import { killTree } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { debianEnvironment, pathOf } from './debian-programs.testkit.ts';

const programs = ['nginx', 'dnsmasq', 'sslsplit', 'tinyproxy', 'nft', 'ip', 'unshare', 'nsenter'] as const;
/** The proxy and the resolver that the machine is told of have a mount namespace too: /etc/resolv.conf is theirs. */
const unshare = ['--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL'];

const unavailable = (): string | false => {
  const missing = programs.filter((program) => pathOf(program) === undefined);
  if (missing.length > 0) return `not on this machine: ${missing.join(', ')}`;
  const able = process.getuid?.() === 0 && spawnSync('unshare', [...unshare, 'true']).status === 0;
  return !able && 'needs root and namespaces';
};
export const brokenPartsAreMissing = unavailable();

export const inspectionName = 'Corporate TLS Inspection';
export const forbidden = 'packages.microsoft.com';
export const proxyPort = 3128;

/** Where each name leads, and what is there. */
const addresses = {
  whole: '10.9.0.10',
  public: '20.43.66.1',
  old: '10.9.0.11',
  expired: '10.9.0.12',
  other: '10.9.0.13',
  refusing: '10.9.0.14',
  inspected: '10.9.0.20',
  closed: '10.9.0.30',
  dropped: '10.9.0.40',
} as const;
type Part = keyof typeof addresses;

const day = 86_400_000;

const nginxServer = (part: Part, pair: string, more = ''): string =>
  `server { listen ${addresses[part]}:443 ssl; ssl_certificate ${pair}.crt; ssl_certificate_key ${pair}.key; ${more} }`;

/** @param names what each resolves to; `nothing`: there is no such name, `unanswered`: the name server refuses */
export const openBrokenParts = async (names: Readonly<Record<string, Part | 'nothing' | 'unanswered'>>) => {
  // tinyproxy gives up root: where every user gets to.
  const place = mkdtempSync(join('/tmp', 'tombolo-broken-'));
  chmodSync(place, 0o755);
  const file = (name: string, text: string): string => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const now = Date.now();
  const site = await createAuthority({ name: 'Site authority', now: now - 30 * day });
  const inspection = await createAuthority({ name: inspectionName, now });
  const pem = (jwk: unknown): string =>
    createPrivateKey({ key: jwk as never, format: 'jwk' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
  const issue = async (pair: string, given: readonly string[], at = now, days = 30) => {
    const issued = await issueServerCertificate(site, { names: given, now: at, days });
    file(`${pair}.crt`, issued.certificate);
    file(`${pair}.key`, issued.privateKey);
  };
  const all = Object.keys(names);
  await issue('whole', all);
  await issue('expired', all, now - 20 * day, 10);
  await issue('other', ['somewhere-else.example']);
  const inspectionFile = file('inspection.crt', inspection.chain.join('\n'));
  file('inspection.key', pem(inspection.privateJwk));
  file('leaf.key', readFileSync(join(place, 'whole.key'), 'utf8'));
  file(
    'nginx.conf',
    `daemon off; master_process off; user root; worker_processes 1; pid ${place}/nginx.pid; error_log ${place}/nginx.log;
events { worker_connections 128; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${place}/${kind};`).join(' ')}
  ${nginxServer('whole', 'whole')}
  ${nginxServer('public', 'whole')}
  ${nginxServer('old', 'whole', 'ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;')}
  ${nginxServer('expired', 'expired')}
  ${nginxServer('other', 'other')}
  ${nginxServer('refusing', 'whole', 'ssl_reject_handshake on;')}
}
`,
  );
  file(
    'dnsmasq.conf',
    ['no-resolv', 'no-hosts', 'keep-in-foreground', 'user=root', 'pid-file', 'bind-interfaces']
      .concat('listen-address=127.0.0.1', 'max-cache-ttl=0')
      .concat(
        Object.entries(names).flatMap(([name, part]) =>
          part === 'unanswered' ? [] : [`address=/${name}/${part === 'nothing' ? '' : addresses[part]}`],
        ),
      )
      .join('\n'),
  );
  file('forbidden', `^${forbidden.replaceAll('.', '\\.')}$\n`);
  file(
    'tinyproxy.conf',
    `Port ${proxyPort}\nListen 127.0.0.1\nAllow 127.0.0.1\nConnectPort 443\nBasicAuth me secret\nFilter "${place}/forbidden"\nFilterURLs Off\nLogLevel Critical\nLogFile "${place}/tinyproxy.log"\n`,
  );
  file('resolv.conf', 'nameserver 127.0.0.1\n');
  file(
    'rules.nft',
    `table inet broken { chain out { type filter hook output priority 0; ip daddr ${addresses.dropped} drop; }; }`,
  );
  const holder = spawn(
    'unshare',
    [
      ...unshare,
      'sh',
      '-ec',
      `cd ${place}
ip link set lo up
for address in ${Object.values(addresses).join(' ')}; do ip addr add $address/32 dev lo; done
nft -f rules.nft
mount --bind resolv.conf /etc/resolv.conf
dnsmasq -C ${place}/dnsmasq.conf &
sslsplit -u root -k inspection.key -c inspection.crt -K leaf.key -P ssl ${addresses.inspected} 443 ${addresses.whole} 443 &
tinyproxy -d -c tinyproxy.conf &
exec nginx -c ${place}/nginx.conf -e ${place}/nginx.log`,
    ],
    { env: debianEnvironment, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  holder.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  endsWithFile(
    async () => {
      const ended = holder.exitCode === null && holder.signalCode === null ? once(holder, 'exit') : undefined;
      killTree(holder);
      await ended;
      rmSync(place, { recursive: true, force: true });
    },
    () => killTree(holder),
  );
  /** proc_net(5): the namespace's own sockets; 0A is LISTEN. */
  const listening = (): readonly string[] =>
    readFileSync(`/proc/${holder.pid}/net/tcp`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => fields[1] ?? '');
  // Six addresses of nginx's and one of sslsplit's at port 443; the proxy; the name server.
  await until('every program listens', () => {
    if (holder.exitCode !== null) throw new Error(`A program did not start: ${said}`);
    const ports = listening().map((place) => Number.parseInt(place.split(':')[1] ?? '', 16));
    const at = (port: number): number => ports.filter((one) => one === port).length;
    return at(443) === 7 && at(proxyPort) === 1 && at(53) === 1;
  });
  const profile = file(
    'profile.json',
    JSON.stringify({
      name: 'AzureCloud',
      suffixes: {
        his: 'his.arc.azure.com',
        guestConfiguration: 'guestconfiguration.azure.com',
        kubernetesConfiguration: 'dp.kubernetesconfiguration.azure.com',
        notification: 'guestnotificationservice.azure.com',
      },
      regions: ['japaneast'],
      resourceManager: 'https://management.test',
      activeDirectory: 'https://login.test',
      ports: { https: 443, dns: 53 },
      certificateAuthorities: site.chain,
      nameServers: ['127.0.0.1:53'],
    }),
  );
  const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));
  return {
    inspectionFile,
    /** `check` of a machine in there: its exit code, and the object that it prints. */
    check: async (env: Readonly<Record<string, string>> = {}, ...more: readonly string[]) => {
      const child = spawn(
        'nsenter',
        [
          `--net=/proc/${holder.pid}/ns/net`,
          ...[process.execPath, bin, 'check', '--json', '-l', 'japaneast', '--cloud-profile', profile],
          ...more,
        ],
        {
          env: {
            PATH: process.env.PATH ?? '',
            HOME: place,
            TOMBOLO_AGENT_STATE: join(place, 'state'),
            ...env,
          },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stdout };
    },
  };
};
