/** Brings Debian programs that tests and benches use (dig, haproxy…): from the machine, else unpacked into the project's cache. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './project-node.mjs';

const cache = join(root, '.cache', 'debian');

const bindLibraries = [
  'bind9-libs',
  'libuv1',
  'liblmdb0',
  'libmaxminddb0',
  'libjemalloc2',
  'libfstrm0',
  'libprotobuf-c1',
  'libjson-c5',
  'libnghttp2-14',
];

/** program → the packages that have it and its libraries. */
const testPrograms = {
  dig: ['bind9-dnsutils', 'bind9-host', ...bindLibraries],
  zsh: ['zsh'],
  shellcheck: ['shellcheck', 'libffi8', 'libgmp10'],
  strace: ['strace', 'libunwind8'],
  openssl: ['openssl'],
  ip: ['iproute2', 'libbpf1', 'libmnl0', 'libelf1', 'libtirpc3', 'libxtables12'],
  nft: [
    'nftables',
    'libnftables1',
    'libnftnl11',
    'libedit2',
    'libjansson4',
    'libxtables12',
    'libbsd0',
    'libmd0',
  ],
  named: ['bind9', ...bindLibraries],
  'named-checkzone': ['bind9-utils', 'bind9-libs'],
  'nsd-checkzone': ['nsd', 'libevent-2.1-7', 'libfstrm0', 'libprotobuf-c1'],
  knotc: [
    'knot',
    'libdnssec9',
    'libknot13',
    'libzscanner4',
    'liburcu8',
    'libxdp1',
    'libbpf1',
    'libelf1',
    'libcap-ng0',
    'liblmdb0',
    'libedit2',
    'libbsd0',
    'libmd0',
  ],
  kzonecheck: [
    'knot-dnssecutils',
    'libdnssec9',
    'libknot13',
    'libzscanner4',
    'liburcu8',
    'libxdp1',
    'libbpf1',
    'libelf1',
  ],
  'unbound-checkconf': [
    'unbound',
    'libevent-2.1-7',
    'libnghttp2-14',
    'libprotobuf-c1',
    'libpython3.11',
    'libhiredis0.14',
  ],
  dnsmasq: [
    'dnsmasq-base',
    'libnetfilter-conntrack3',
    'libnfnetlink0',
    'libdbus-1-3',
    'libnftables1',
    'libnftnl11',
    'libmnl0',
    'libjansson4',
    'libxtables12',
    'libedit2',
    'libbsd0',
    'libmd0',
  ],
  curl: ['curl', 'libcurl4'],
  haproxy: ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'],
  ipset: ['ipset', 'libipset13', 'libmnl0'],
  'xtables-nft-multi': [
    'iptables',
    'libip4tc2',
    'libip6tc2',
    'libxtables12',
    'libmnl0',
    'libnftnl11',
    'libnfnetlink0',
    'libnetfilter-conntrack3',
  ],
  squid: [
    'squid',
    'squid-common',
    'libecap3',
    'libltdl7',
    'libtdb1',
    'libldap-2.5-0',
    'libsasl2-2',
    'libnetfilter-conntrack3',
    'libnfnetlink0',
  ],
  nginx: ['nginx', 'nginx-common', 'libpcre2-8-0', 'libcrypt1'],
  tinyproxy: ['tinyproxy-bin'],
  sslsplit: [
    'sslsplit',
    'libevent-2.1-7',
    'libevent-core-2.1-7',
    'libevent-extra-2.1-7',
    'libevent-openssl-2.1-7',
    'libevent-pthreads-2.1-7',
    'libnet1',
    'libpcap0.8',
    'libdbus-1-3',
  ],
};

/** The peers and load generators of the benches, in the same shape. */
export const benchPrograms = {
  haproxy: ['haproxy', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'],
  nsd: ['nsd', 'libevent-2.1-7', 'libfstrm0', 'libprotobuf-c1'],
  dnsperf: ['dnsperf', 'libldns3', 'libnghttp2-14'],
  iprange: ['iprange'],
  curl: testPrograms.curl,
  nft: testPrograms.nft,
  nmap: [
    'nmap',
    'nmap-common',
    'liblinear4',
    'liblua5.3-0',
    'libpcap0.8',
    'libpcre3',
    'libssh2-1',
    'lua-lpeg',
    'libblas3',
    'libdbus-1-3',
  ],
};

const has = (program, path) => path.split(delimiter).some((folder) => existsSync(join(folder, program)));

const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const lockTries = 60;

/** apt-get, which gives up where somebody else's (another gate's, say) is at its lists just now: then it is tried again. */
export const apt = (args, { cwd, env = process.env, pauseMs = 2_000 } = {}) => {
  for (let tries = 1; ; tries += 1) {
    const ended = spawnSync('apt-get', args, {
      cwd,
      env: { ...env, LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    });
    if (ended.status === 0) return;
    const locked = /Could not get lock|Unable to lock/.test(ended.stderr ?? '');
    if (!locked || tries >= lockTries) throw new Error(ended.stderr || String(ended.error ?? ended.signal));
    pause(pauseMs);
  }
};

/** The program's own package, the first, comes last: where this is cut off, a program without its libraries would be taken for good. */
const unpack = (packages) => {
  const downloads = join(cache, 'downloads');
  rmSync(downloads, { recursive: true, force: true });
  mkdirSync(downloads, { recursive: true });
  for (const name of packages) {
    apt(['download', name], { cwd: downloads });
  }
  for (const name of packages.toReversed()) {
    const file = readdirSync(downloads).find((found) => found.startsWith(`${name}_`));
    execFileSync('dpkg-deb', ['-x', join(downloads, file), cache], { stdio: 'ignore' });
  }
  rmSync(downloads, { recursive: true });
};

/** Returns the environment in which the programs are found; what cannot be had is named, and what needs it skips. */
export const withDebianPrograms = (env, programs = testPrograms) => {
  const folders = ['usr/bin', 'usr/sbin', 'bin', 'sbin'].map((name) => join(cache, name));
  const libraries = [
    'usr/lib/x86_64-linux-gnu',
    'usr/lib/aarch64-linux-gnu',
    'lib/x86_64-linux-gnu',
    'lib/aarch64-linux-gnu',
    // Which of several a system has there is for its administrator to choose.
    'usr/lib/x86_64-linux-gnu/blas',
    'usr/lib/aarch64-linux-gnu/blas',
  ].map((name) => join(cache, name));
  const path = [env.PATH ?? '', '/usr/sbin', '/sbin', ...folders].join(delimiter);
  let updated = false;
  for (const [program, packages] of Object.entries(programs)) {
    if (has(program, path)) continue;
    try {
      if (!updated && process.getuid?.() === 0) apt(['update', '-qq']);
      updated = true;
      console.error(`Fetching ${program} (Debian package ${packages[0]}) into .cache/debian…`);
      unpack(packages);
    } catch {
      console.error(`${program} cannot be had here: what needs it is skipped by name.`);
    }
  }
  const own = Object.keys(programs).some((program) => has(program, folders.join(delimiter)));
  return {
    ...env,
    PATH: path,
    ...(own ? { LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, ...libraries].filter(Boolean).join(delimiter) } : {}),
  };
};
