/** A client of the allow-list service, for Azure's notification host and for an installation's. */

import { Resolver } from 'node:dns';
import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { isHostName } from '@tombolo/dns-records/host-name';
import { minVersion } from '@tombolo/private-link';
import { allowListApiVersion } from './allow-list.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
}

export interface AllowListSource {
  /** `https://guestnotificationservice.azure.com`, with a port where it is another than 443. */
  readonly origin: string;
  /** PEM certificates trusted beside the system's store. */
  readonly certificateAuthorities?: readonly string[];
  /** In place of the machine's resolver. */
  readonly lookup?: LookupFunction;
  /** In place of {@link fetchJson}. */
  readonly fetch?: (url: string, source: AllowListSource) => Promise<JsonAnswer>;
}

/** The service answered, and not with a list: what it said, for people. */
export class AllowListRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'AllowListRefusal';
    this.status = status;
  }
}

const limits = { bytes: 1_048_576, names: 10_000, milliseconds: 15_000 } as const;

/** Asks name servers (`address:port`) of a cloud profile in place of the machine's. */
export const nameServerLookup = (nameServers: readonly string[]): LookupFunction => {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  resolver.setServers([...nameServers]);
  return (hostname, options, callback) => {
    resolver.resolve4(hostname, (error, addresses) => {
      if (error) callback(error, '', 4);
      else if (options.all)
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      else callback(null, addresses[0] ?? '', 4);
    });
  };
};

/** One GET over TLS 1.2 or later (R16), bounded in size and time; follows no redirect. */
export const fetchJson = (url: string, source: AllowListSource): Promise<JsonAnswer> =>
  new Promise((resolve, reject) => {
    const { certificateAuthorities = [], lookup } = source;
    const asked = get(
      url,
      {
        headers: { accept: 'application/json' },
        minVersion,
        ca: [...getCACertificates('default'), ...certificateAuthorities],
        agent: false,
        signal: AbortSignal.timeout(limits.milliseconds),
        ...(lookup === undefined ? {} : { lookup }),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > limits.bytes)
            asked.destroy(new Error(`the answer is larger than ${limits.bytes} bytes`));
        });
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    asked.on('error', reject);
  });

/** `https://x.servicebus.windows.net:443/` → its name; undefined: no host name. */
const hostNameIn = (entry: unknown): string | undefined => {
  if (typeof entry !== 'string' || entry.length > 512) return undefined;
  const name = entry
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/(?::\d{1,5})?\/?$/, '')
    .replace(/\.$/, '');
  return isHostName(name, { underscores: true, labels: 2 }) && isIP(name) === 0 ? name : undefined;
};

const refusalText = (text: string): string => {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } };
    if (typeof error?.message === 'string') return error.message.slice(0, 1_000);
  } catch {
    // No ARM error: its beginning has to do.
  }
  return text.slice(0, 200);
};

/**
 * The names of a region, without repetition, sorted. Azure's answer repeats names, hence the set.
 * @throws AllowListRefusal where the service refuses or answers no list of host names; the socket's error where it is not reached
 */
export const fetchAllowList = async (
  location: string,
  source: AllowListSource,
): Promise<readonly string[]> => {
  const query = new URLSearchParams({ 'api-version': allowListApiVersion, location });
  const { status, text } = await (source.fetch ?? fetchJson)(
    `${source.origin}/urls/allowlist?${query}`,
    source,
  );
  if (status !== 200) throw new AllowListRefusal(status, `it answered ${status}: ${refusalText(text)}`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AllowListRefusal(status, 'its answer is no JSON');
  }
  if (!Array.isArray(body) || body.length > limits.names) {
    throw new AllowListRefusal(status, `its answer is no list of at most ${limits.names} names`);
  }
  const names = body.map(hostNameIn);
  const bad = names.indexOf(undefined);
  if (bad >= 0)
    throw new AllowListRefusal(
      status,
      `entry ${bad} is no host name: ${JSON.stringify(body[bad]).slice(0, 80)}`,
    );
  return [...new Set(names as readonly string[])].sort();
};
