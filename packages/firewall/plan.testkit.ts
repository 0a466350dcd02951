/** A private endpoint, a list of service tags and plans for tests; the real programs that check what is generated. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { answerQuery, type QueryInput, readQuery, seedCatalogue } from '@tombolo/requirements';
import type { ServiceTagDocument } from '@tombolo/service-tags/document';
import { withDebianPrograms } from '../../scripts/debian-packages.mjs';
import type { OutputFile } from './formats/format.ts';
import { makePlan, type PlanInput } from './make-plan.ts';
import type { FirewallPlan } from './plan.ts';

export const endpointMembers = [
  { fqdn: 'gbl.his.arc.azure.com', addresses: ['10.0.1.4'] },
  { fqdn: 'je.his.arc.azure.com', addresses: ['10.0.1.5'] },
  { fqdn: 'japan-ats.his.arc.azure.com', addresses: ['10.0.1.6'] },
  { fqdn: 'agentserviceapi.guestconfiguration.azure.com', addresses: ['10.0.1.7'] },
  { fqdn: 'japaneast-gas.guestconfiguration.azure.com', addresses: ['10.0.1.8'] },
  { fqdn: 'japaneast.dp.kubernetesconfiguration.azure.com', addresses: ['10.0.1.9'] },
];

export const tagDocument = (
  tags: Readonly<Record<string, readonly string[]>>,
  changeNumber = '7',
): ServiceTagDocument => ({
  cloud: 'Public',
  changeNumber,
  form: 'file',
  tags: Object.entries(tags).map(([name, addressPrefixes]) => ({
    name,
    id: name,
    region: '',
    systemService: name,
    addressPrefixes,
  })),
});

/** Documentation ranges; adjacent and nested on purpose. */
export const sampleTags = tagDocument({
  AzureActiveDirectory: ['198.51.100.0/25', '198.51.100.128/25', '2001:db8:1::/48'],
  AzureResourceManager: ['192.0.2.0/25', '198.51.100.7/32', '2001:db8:2::/49', '2001:db8:2:8000::/49'],
  AzureArcInfrastructure: ['203.0.113.64/26', '203.0.113.0/26', '2001:db8:3::/48'],
  AzureTrafficManager: ['203.0.113.128/32'],
  'AzureFrontDoor.Frontend': ['203.0.113.130/31'],
  Storage: ['203.0.113.192/27'],
});

export const planFor = (query: QueryInput, more: Omit<PlanInput, 'answer'> = {}): FirewallPlan =>
  makePlan({
    answer: answerQuery(seedCatalogue, readQuery(query, seedCatalogue)),
    ...more,
  });

export const publicPlan = (more: Omit<PlanInput, 'answer'> = { serviceTags: sampleTags }): FirewallPlan =>
  planFor({ products: ['servers', 'esu'], region: 'japaneast' }, more);

export const privatePlan = (): FirewallPlan =>
  planFor(
    {
      products: ['servers', 'esu'],
      region: 'japaneast',
      connectivity: 'private-endpoint',
      endpointMembers,
    },
    { serviceTags: sampleTags, dns: ['10.0.2.4'], bypassGroups: ['Arc'] },
  );

/** Where the gate unpacks the programs; nothing is fetched here. */
const environment = withDebianPrograms(process.env, {});
const unpacked = fileURLToPath(new URL('../../.cache/debian', import.meta.url));
const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib/x86_64-linux-gnu'].map(
  (name) => join(unpacked, name),
);
const extensions = libraries.map((folder) => join(folder, 'xtables')).find((folder) => existsSync(folder));
export const env: NodeJS.ProcessEnv = {
  ...environment,
  LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, ...libraries].filter(Boolean).join(delimiter),
  ...(extensions === undefined ? {} : { XTABLES_LIBDIR: extensions }),
};

export const pathOf = (program: string): string | undefined =>
  String(env.PATH)
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

/** `{skip}` for a test that needs the programs; `root` and a network namespace count as two. */
export const needs = (...programs: readonly string[]): { skip: string | false } => {
  const missing = programs.filter((program) => {
    if (program === 'root') return process.getuid?.() !== 0;
    if (program === 'a network namespace')
      return spawnSync('unshare', ['--net', 'true'], { timeout: 60_000 }).status !== 0;
    return pathOf(program) === undefined;
  });
  return { skip: missing.length > 0 && `not on this machine: ${missing.join(', ')}` };
};

/** @param inside where every user gets to, for programs that give up root; TMPDIR may be a place of root's alone */
export const scratch = (files: readonly OutputFile[] = [], inside = tmpdir()): string => {
  const folder = mkdtempSync(join(inside, 'tombolo-firewall-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return folder;
};

export const run = (
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): SpawnSyncReturns<string> =>
  spawnSync(pathOf(program) ?? program, args, { env, encoding: 'utf8', timeout: 120_000, ...options });

/** Throws with what the program printed. */
export const accepts = (
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): string => {
  const { status, stdout, stderr, error } = run(program, args, options);
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${error ?? ''}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
};

/** Compares with goldens/NAME; with TOMBOLO_UPDATE_GOLDENS=1 it writes them instead. */
export const golden = (name: string, content: string): string => {
  const path = fileURLToPath(new URL(`./goldens/${name}`, import.meta.url));
  if (process.env.TOMBOLO_UPDATE_GOLDENS === '1') {
    mkdirSync(fileURLToPath(new URL('./goldens', import.meta.url)), { recursive: true });
    writeFileSync(path, content);
  }
  return readFileSync(path, 'utf8');
};

/** What an unpacked Squid does not find at the places that it was built for; by a link, as it takes no space in a path. */
export const squidPlaces = (): string => {
  if (pathOf('squid')?.startsWith(unpacked) !== true) return '';
  const place = join(scratch(), 'unpacked');
  symlinkSync(unpacked, place);
  const mime = ['usr/share/squid/mime.conf', 'etc/squid/mime.conf'].find((path) =>
    existsSync(join(unpacked, path)),
  );
  return [
    `mime_table ${join(place, mime ?? 'usr/share/squid/mime.conf')}`,
    `icon_directory ${join(place, 'usr/share/squid/icons')}`,
    `unlinkd_program ${join(place, 'usr/lib/squid/unlinkd')}`,
    `logfile_daemon ${join(place, 'usr/lib/squid/log_file_daemon')}`,
    '',
  ].join('\n');
};
