/** What a person types for a host: a name, or a URL copied from a log. */

import { isHostName } from '@tombolo/dns-records/host-name';
import { RequirementsProblem } from './problem.ts';

export interface HostInput {
  /** Lower case, without a final dot. */
  readonly host: string;
  /** `https` of a URL; absent: a bare name. */
  readonly scheme?: string;
  /** As written, or the scheme's own. */
  readonly port?: number;
  /** With its slash; absent: none was given. */
  readonly path?: string;
}

const schemePorts: Readonly<Record<string, number>> = { http: 80, ws: 80, https: 443, wss: 443 };

/** @throws RequirementsProblem InvalidHost */
export const parseHost = (text: string): HostInput => {
  const refuse = (why: string): RequirementsProblem =>
    new RequirementsProblem(
      'InvalidHost',
      `'${text.slice(0, 80)}' is no host name: ${why}.`,
      'Give a name such as gbl.his.arc.azure.com, or a URL.',
    );
  if (text.length > 2_048) throw refuse('it is longer than 2048 characters');
  const parts =
    /^(?:([a-z][a-z0-9+.-]{0,31}):\/\/)?([^/?#:\s]+)(?::(\d{1,5}))?(\/[^?#\s]*)?(?:[?#]\S*)?$/i.exec(
      text.trim(),
    );
  if (parts === null) throw refuse('it cannot be read');
  const host = (parts[2] ?? '').toLowerCase().replace(/\.$/, '');
  if (host.length > 253) throw refuse('names have at most 253 characters');
  if (!isHostName(host, { underscores: true, wildcards: true }))
    throw refuse('a label is empty or has other characters');
  const scheme = parts[1]?.toLowerCase();
  const port = parts[3] === undefined ? schemePorts[scheme ?? ''] : Number(parts[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) throw refuse('ports are 1 to 65535');
  const path = parts[4] === '/' ? undefined : parts[4];
  return {
    host,
    ...(scheme === undefined ? {} : { scheme }),
    ...(port === undefined ? {} : { port }),
    ...(path === undefined ? {} : { path }),
  };
};

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:.]+\]?)$/i;

const mostValues = 64;

/** A parameter's value: a host name or an address, or several with `+` between. @throws RequirementsProblem InvalidParameter */
export const parameterValue = (name: string, value: string): string => {
  const bare = value.split('+').map((part) => part.trim().toLowerCase().replace(/\.$/, ''));
  const valid =
    bare.length <= mostValues &&
    bare.every((part) => address.test(part) || isHostName(part, { underscores: true }));
  if (valid) return [...new Set(bare)].join('+');
  throw new RequirementsProblem(
    'InvalidParameter',
    `The value of ${name} is neither a host name nor an address: '${value.slice(0, 80)}'.`,
    `Give it like ${name}=vcenter.example.org.`,
  );
};
