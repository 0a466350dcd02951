/** What an installation is: its identifiers, addresses, ports and names; kept in installation.json. */

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type CloudProfile, findRegion, packageHost, realClouds } from '@tombolo/private-link';
import { z } from 'zod';
import { CommandError } from '../shell/command-error.ts';
import type { Configuration } from './configuration.ts';
import { choosePort } from './ports.ts';
import {
  followerNames,
  formatVersion,
  readJsonFile,
  type StateDirectory,
  writePrivateFile,
} from './state-directory.ts';

const installationSchema = z.object({
  format: z.literal(formatVersion),
  tenantId: z.uuid(),
  subscriptionId: z.uuid(),
  clientId: z.uuid(),
  ports: z.object({ https: z.number().int(), dns: z.number().int() }),
  addresses: z.object({ arm: z.string(), services: z.string(), dns: z.string() }),
  regions: z.array(z.string()),
  /** Regions of other clouds, which version 0.1 offered: what is there is served, and nothing new is made there. */
  formerRegions: z.array(z.string()).optional(),
});

export type Installation = z.infer<typeof installationSchema>;

/** The names of an installation are Azure's own, under its own authority and DNS. */
export const suffixes = realClouds.AzureCloud!.suffixes;
const armName = 'management.azure.com';
const loginName = 'login.microsoftonline.com';
/** Of Microsoft Entra ID too: the second for every agent, the first for older ones (listed for servers until 2024-11-05). */
const otherSignInNames = ['login.windows.net', 'pas.windows.net'];

/** The installation, or why it is none of this version's format. */
export const parseInstallation = (value: unknown): Installation | string => {
  const parsed = installationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `${issue?.path.join('.')}: ${issue?.message}`;
};

/** Throws NotRunning, or StateDirectory where the files are of another format. */
export const readInstallation = (state: StateDirectory): Installation => {
  const installation = parseInstallation(readJsonFile(state.file('installation.json')));
  if (typeof installation !== 'string') return installation;
  throw new CommandError(
    'StateDirectory',
    `${state.file('installation.json')} is not of format ${formatVersion}: ${installation}.`,
    'Use the version of Tombolo that wrote it, or another --state directory.',
  );
};

/** Reads the installation or makes it; ports of before are kept unless others are asked for. */
export const prepareInstallation = async (
  state: StateDirectory,
  configuration: Configuration,
  progress: (sentence: string) => void = () => {},
): Promise<Installation> => {
  const path = state.file('installation.json');
  const before = existsSync(path) ? readInstallation(state) : undefined;
  const { armAddress, servicesAddress, dnsAddress } = configuration;
  const patience = before ? { patienceMs: 5_000 } : {};
  const https = await choosePort({
    ...patience,
    progress,
    flag: '--https-port',
    purpose: 'HTTPS',
    asked:
      configuration.httpsPort === 0 && before
        ? before.ports.https
        : (configuration.httpsPort ?? before?.ports.https),
    preferred: [443, 8443],
    addresses: [...new Set([armAddress, servicesAddress])],
    datagrams: false,
  });
  const dns = await choosePort({
    ...patience,
    progress,
    flag: '--dns-port',
    purpose: 'DNS',
    asked:
      configuration.dnsPort === 0 && before ? before.ports.dns : (configuration.dnsPort ?? before?.ports.dns),
    preferred: [53, 5354],
    addresses: [dnsAddress],
    datagrams: true,
  });
  const installation: Installation = {
    format: formatVersion,
    tenantId: before?.tenantId ?? randomUUID(),
    subscriptionId: before?.subscriptionId ?? randomUUID(),
    clientId: before?.clientId ?? randomUUID(),
    ports: { https, dns },
    addresses: { arm: armAddress, services: servicesAddress, dns: dnsAddress },
    regions: configuration.regions,
    ...formerRegionsOf(before),
  };
  writePrivateFile(path, `${JSON.stringify(installation, null, 2)}\n`);
  return installation;
};

const formerRegionsOf = (before: Installation | undefined): Pick<Installation, 'formerRegions'> => {
  const named = [...(before?.regions ?? []), ...(before?.formerRegions ?? [])];
  const others = [...new Set(named)].filter(
    (name) => (findRegion(name)?.cloud ?? 'AzureCloud') !== 'AzureCloud',
  );
  return others.length === 0 ? {} : { formerRegions: others };
};

/** Regions whose names the installation serves: those that it offers, and those that it offered once. */
export const servedRegions = (
  installation: Pick<Installation, 'regions' | 'formerRegions'>,
): readonly string[] => [...installation.regions, ...(installation.formerRegions ?? [])];

/** Bearer tokens of the processes and of the operator on the internal socket; new at each start. */
export const writeRoleTokens = (state: StateDirectory): Readonly<Record<string, string>> => {
  const roles = [...followerNames, 'operator'];
  const tokens = Object.fromEntries(roles.map((role) => [role, randomBytes(32).toString('base64url')]));
  writePrivateFile(state.file('roles.json'), JSON.stringify(tokens));
  return tokens;
};

/**
 * `https://localhost:8443`, and without a port at 443 (RFC 6454 §6.2): clients leave the default port out of what they ask
 * a token for and of the issuer that they compare.
 * @param host a name or an address
 */
export const httpsOrigin = (installation: Pick<Installation, 'ports'>, host: string): string =>
  new URL(`https://${host.includes(':') ? `[${host}]` : host}:${installation.ports.https}`).origin;

/** Metrics are for this machine only. */
export const metricsAddress = '127.0.0.1';

/**
 * Where the installation itself listens, in canonical form. No tenant's resource gets one of these, and no listener of a
 * tenant stands there at any port: it could take the place of ours at the next start.
 */
export const ownAddresses = (
  { addresses }: Pick<Installation, 'addresses'>,
  { metricsPort }: Pick<Configuration, 'metricsPort'>,
): readonly string[] => [
  ...new Set([...Object.values(addresses), ...(metricsPort === undefined ? [] : [metricsAddress])]),
];

/** Where clients on this machine reach ARM and sign-in. */
export const localOrigin = (installation: Pick<Installation, 'addresses' | 'ports'>): string =>
  httpsOrigin(
    installation,
    installation.addresses.arm === '127.0.0.1' ? 'localhost' : installation.addresses.arm,
  );

/** The installation's own cloud profile; `nameServers` are those of the network that the reader stands in. */
export const cloudProfile = (
  installation: Installation,
  certificateAuthority: string,
  nameServers: readonly string[],
): CloudProfile => ({
  name: 'AzureCloud',
  suffixes,
  resourceManager: httpsOrigin(installation, armName),
  activeDirectory: httpsOrigin(installation, loginName),
  tenantId: installation.tenantId,
  ports: installation.ports,
  certificateAuthorities: [certificateAuthority],
  nameServers,
  publicAddresses: [installation.addresses.services],
  regions: installation.regions,
});

/** Names in the server certificate of the control process. */
export const armServerNames = (installation: Installation): readonly string[] => [
  'localhost',
  '127.0.0.1',
  '::1',
  installation.addresses.arm,
  armName,
  loginName,
  ...otherSignInNames,
];

/** Where the public names of the control process are. */
export const publicHosts = ({ addresses }: Pick<Installation, 'addresses'>) => ({
  resourceManager: [addresses.arm],
  activeDirectory: [addresses.arm],
  others: [
    ...otherSignInNames.map((name) => ({ name, addresses: [addresses.arm] })),
    { name: packageHost, addresses: [addresses.services] },
  ],
});

/** Names in the server certificate of the hybrid process. */
export const serviceServerNames = (): readonly string[] => [
  `*.${suffixes.his}`,
  `*.${suffixes.guestConfiguration}`,
  `*.${suffixes.kubernetesConfiguration}`,
  ...(suffixes.notification === undefined ? [] : [suffixes.notification, `*.${suffixes.notification}`]),
  ...(suffixes.relay === undefined ? [] : [`*.${suffixes.relay}`]),
  packageHost,
];
