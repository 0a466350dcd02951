/** What an installation is configured with: flags over environment over one JSON file. */

import { readFileSync } from 'node:fs';
import { clientAllowList } from '@tombolo/dns/client-allow-list';
import { listenerAddress } from '@tombolo/ip/listener-address';
import { findRegion, normalizeLocation, regionsOf } from '@tombolo/private-link';
import { z } from 'zod';
import { CommandError } from '../shell/command-error.ts';
import { serverAddress } from './address.ts';

/** Holds what its reader accepts, and says why where it does not. */
const readable = (read: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message.replace(/\.$/, '') });
    }
  });

/** One address, in canonical form: what tenants' resources ask for is compared with it. The wildcard would take all of theirs. */
const address = z.string().transform((text, context) => {
  const canonical = listenerAddress(text);
  if (canonical !== undefined) return canonical;
  context.addIssue({
    code: 'custom',
    message: `'${text.slice(0, 64)}' is no address of one machine: write one like 127.0.0.2 or fd00::2 (no wildcard, no multicast, IPv4 not as IPv6)`,
  });
  return z.NEVER;
});
/** An installation serves the regions of its own cloud, and none of another's. */
const regionOfCloud = (name: string): void => {
  const region = findRegion(name);
  if (region === undefined) throw new Error(`there is no region '${name.slice(0, 64)}'`);
  if (region.cloud !== 'AzureCloud')
    throw new Error(`${region.displayName} is a region of ${region.cloud}, not of AzureCloud`);
};
const port = z.number().int().min(0).max(65535);

export const configurationSchema = z.strictObject({
  /** One HTTPS and one DNS port on all addresses of the installation; 0 or absent: chosen. */
  httpsPort: port.optional(),
  dnsPort: port.optional(),
  /** Where the ARM API and the token service listen. */
  armAddress: address.default('127.0.0.1'),
  /** Where his, gas, dp and gns are public. */
  servicesAddress: address.default('127.0.0.2'),
  /** Where the public DNS view answers. */
  dnsAddress: address.default('127.0.0.1'),
  regions: z
    .array(readable(regionOfCloud).transform(normalizeLocation))
    .min(1)
    .default(regionsOf('AzureCloud').map((region) => region.name)),
  /** R14: how soon changes take effect. */
  timing: z.enum(['immediate', 'azure']).default('immediate'),
  /** What is kinder than Azure is refused, and both of the next. */
  strict: z.boolean().default(false),
  /** R5: refuse a second endpoint's records instead of replacing the first's. */
  strictDns: z.boolean().default(false),
  strictApiVersions: z.boolean().default(false),
  /** For tests: tell Terraform's azurerm to poll without pauses. */
  skipPollingDelay: z.boolean().default(false),
  /** Add unrealized private-endpoint addresses to this interface (root, Linux). */
  realize: z.enum(['lo']).optional(),
  /** `address` or `address:port`; where names that are not ours are asked for. Empty: refused. */
  upstreamNameServers: z.array(readable(serverAddress)).default([]),
  /** Prefixes that may ask the DNS server beside loopback and the networks' own. */
  dnsClients: z.array(readable((prefix) => clientAllowList([prefix]))).default([]),
  /** An own or intermediate authority: PEM files of its key and its chain. */
  certificateAuthority: z
    .strictObject({ keyFile: readable(readFileSync), chainFile: readable(readFileSync) })
    .optional(),
  /** The agent that is handed out at `gbl…/azcmagent-linux`: one file. Absent: what `npm run build` made, if it did. */
  agentBundle: readable(readFileSync).optional(),
  /** Prometheus text on 127.0.0.1: control here, dns, gateway and hybrid on the three ports above. Absent: none. */
  metricsPort: z.number().int().min(1).max(65532).optional(),
});

export type Configuration = z.infer<typeof configurationSchema>;

/** `TOMBOLO_HTTPS_PORT` → httpsPort and so on; only scalars. */
const environmentNames = {
  TOMBOLO_HTTPS_PORT: 'httpsPort',
  TOMBOLO_DNS_PORT: 'dnsPort',
  TOMBOLO_ARM_ADDRESS: 'armAddress',
  TOMBOLO_SERVICES_ADDRESS: 'servicesAddress',
  TOMBOLO_DNS_ADDRESS: 'dnsAddress',
  TOMBOLO_TIMING: 'timing',
  TOMBOLO_REALIZE: 'realize',
} as const;

const fromEnvironment = (env: NodeJS.ProcessEnv): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(environmentNames).flatMap(([variable, key]) => {
      const value = env[variable];
      if (value === undefined || value === '') return [];
      return [[key, key.endsWith('Port') ? Number(value) : value]];
    }),
  );

const fromFile = (file: string | undefined): Record<string, unknown> => {
  if (file === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
    throw new Error('it is not a JSON object');
  } catch (error) {
    throw new CommandError(
      'InvalidConfiguration',
      `${file} cannot be used as configuration: ${(error as Error).message}.`,
      'Correct the file; docs/configuration.md lists its keys.',
    );
  }
};

/** Throws {@link CommandError} with the key at fault. */
export const readConfiguration = (
  file: string | undefined,
  flags: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): Configuration => {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const parsed = configurationSchema.safeParse({ ...fromFile(file), ...fromEnvironment(env), ...given });
  if (parsed.success) {
    const { strict, strictApiVersions } = parsed.data;
    // Not strictDns: what that refuses Azure takes.
    return { ...parsed.data, strictApiVersions: strict || strictApiVersions };
  }
  const issue = parsed.error.issues[0]!;
  throw new CommandError(
    'InvalidConfiguration',
    `The configuration is invalid at '${issue.path.join('.') || issue.code}': ${issue.message}.`,
    'docs/configuration.md lists the keys and their values.',
  );
};
