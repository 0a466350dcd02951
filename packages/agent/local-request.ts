/** Which requests the local identity endpoint looks at: a program of this machine that means it. */

import { type LocalRefusal, refused } from './local-answer.ts';

export interface LocalRequest {
  readonly method: string;
  /** As on the request line. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What azcmagent's service lists, and the newest that clients ask for. */
const apiVersions: readonly string[] = ['2019-08-15', '2019-11-01', '2020-06-01', '2021-02-01'];

/** A proxy or a server that was talked into asking for somebody says so by one of these. */
const forwarding: readonly string[] = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

const invalid = (description: string, status = 400): LocalRefusal =>
  refused(status, 'invalid_request', description);

/** @param port where the endpoint listens: a name that was rebound to the loopback address brings another Host */
export const refusalOf = (
  { method, target, headers }: LocalRequest,
  port: number,
): LocalRefusal | undefined => {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host } = headers;
  if (typeof host !== 'string' || !own.includes(host.toLowerCase()))
    return invalid(`The Host header has to be ${own.join(' or ')}: this endpoint serves this machine only`);
  const forwarded = forwarding.find((name) => headers[name] !== undefined);
  if (forwarded !== undefined)
    return invalid(`The header '${forwarded}' says that the request was forwarded: ask without a proxy`);
  if (method !== 'GET') return invalid(`The method ${method.slice(0, 16)} is not served; ask with GET`, 405);
  if (!target.startsWith('/') || target.length > 4_096) return invalid('The request target is no path');
  // A page in a browser cannot set it (no CORS answer permits it); so it was meant. Scripts write it in either case.
  const metadata = headers.metadata;
  const meant = typeof metadata === 'string' && metadata.toLowerCase() === 'true';
  // azcmagent's own scripts ask for the status without it.
  if (!meant && !target.startsWith('/agentstatus'))
    return invalid('Required metadata header not specified or not correct');
  return undefined;
};

export const refusedVersion = (query: URLSearchParams): LocalRefusal | undefined => {
  const given = query.getAll('api-version');
  const [version] = given;
  if (given.length === 1 && apiVersions.includes(version ?? '')) return undefined;
  const what =
    version === undefined
      ? 'API Version not found in request.'
      : `API Version ${version.slice(0, 32)} is not supported.`;
  return invalid(`${what} Supported are ${apiVersions.join(' ')}`);
};
