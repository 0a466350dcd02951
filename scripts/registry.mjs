/** Whether npm gets an answer from its registry, and what to do where it gets none: a dead one would be waited for, for minutes. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './project-node.mjs';

/** Long for a registry that lives, behind a slow proxy too, and asked by a machine that has much else to do. */
const answerMs = 8_000;
/** For npm as a whole, most of which is its start on such a machine; what it asks is bounded by the time above. */
const limitMs = 60_000;

/** What {@link run} tells of a program that was killed at its limit. */
const killed = 137;
/** Our code for no answer at all. */
const timeout = 'TIMEOUT';

/** Runs npm on the project, from whichever folder; the one that runs us where one does. */
export const npm = (args, options = {}) => {
  const path = process.env.npm_execpath;
  const all = [...args, '--prefix', root];
  return path ? run(process.execPath, [path, ...all], options) : run('npm', all, options);
};

const outputOfNpm = async (args, options) => {
  let text = '';
  const output = (chunk) => {
    text += chunk;
  };
  const code = await npm([...args, '--loglevel=silent', '--no-update-notifier'], { ...options, output });
  return { code, text };
};

const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Asks for a package that is needed anyway, by npm itself, so that its registry, proxies, certificates and sign-in are those of the
 * installation; without its cache, which would answer in the registry's place.
 * @returns undefined where there was an answer that an installation may go on from, else npm's code and summary
 */
export const probeRegistry = async (specifier, limits = { answerMs, limitMs }) => {
  const cache = mkdtempSync(join(tmpdir(), 'tombolo-probe-'));
  try {
    const bounds = [`--cache=${cache}`, '--fetch-retries=0', `--fetch-timeout=${limits.answerMs}`];
    const { code, text } = await outputOfNpm(['view', specifier, 'version', '--json', ...bounds], {
      limitMs: limits.limitMs,
    });
    if (code === 0) return undefined;
    if (code === killed) return { code: timeout, summary: '' };
    const error = parse(text)?.error;
    // Without this package a registry may have the others all the same; what npm says itself is for npm to say.
    if (typeof error?.code !== 'string' || /^(E404|ETARGET)$/.test(error.code)) return undefined;
    const summary = String(error.summary ?? '');
    return /network timeout/.test(summary) ? { code: timeout, summary: '' } : { code: error.code, summary };
  } finally {
    rmSync(cache, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** Addresses, not what opens them. */
const withoutPassword = (url) => url.replace(/\/\/[^/@]*@/, '//');

/** Where npm looks: its registry, and its proxy if there is one. */
export const registrySettings = async () => {
  // "get" refuses what has a password in it; what is overridden begins with a semicolon here.
  const { text } = await outputOfNpm(['config', 'list', '--long'], { limitMs });
  const configured = Object.fromEntries(
    [...text.matchAll(/^(registry|https-proxy|proxy) = "(.+)"/gm)].map(([, key, value]) => [key, value]),
  );
  const { registry = 'the npm registry' } = configured;
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  const secure = registry.startsWith('https:') ? [configured['https-proxy'], HTTPS_PROXY, https_proxy] : [];
  const proxy = [...secure, configured.proxy, HTTP_PROXY, http_proxy].find(Boolean);
  return { registry: withoutPassword(registry), proxy: proxy && withoutPassword(proxy) };
};

const seconds = answerMs / 1000;
const elsewhere = [
  'Behind a proxy: npm config set https-proxy http://HOST:PORT (or set HTTPS_PROXY).',
  'With a registry of your own: npm config set registry https://HOST/',
];

/** By npm's code: why, and what to do. The first that matches. */
const failures = [
  [/^ECONNREFUSED$/, 'nobody listens there', elsewhere],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'its name cannot be resolved', elsewhere],
  [
    /^(TIMEOUT|E[A-Z]*TIMEDOUT|E[A-Z]+TIMEOUT|ERR_SOCKET_TIMEOUT)$/,
    `no answer within ${seconds} s`,
    elsewhere,
  ],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ENETDOWN)$/, 'there is no route to it', elsewhere],
  [/^(ECONNRESET|EPIPE|EPROTO)$/, 'the connection is cut off', elsewhere],
  [/^E407$/, 'the proxy wants a sign-in', ['npm config set https-proxy http://USER:PASSWORD@HOST:PORT']],
  [
    /^(E401|E403|ENEEDAUTH)$/,
    'it refuses who asks',
    ['Sign in: npm login --registry=REGISTRY, or put its token into your .npmrc.'],
  ],
  [
    /^E5\d\d$/,
    'it answers with an error of its own',
    ['Try again later, or use another: npm config set registry https://HOST/'],
  ],
  [
    /CERT|SIGNATURE/,
    'its certificate is not trusted',
    ['Name the authority that signed it, or the one of your proxy: npm config set cafile FILE.pem'],
  ],
  [
    /^ENOTCACHED$/,
    "npm's offline mode is on, and its cache has not everything",
    ['npm config delete offline (or --no-offline).'],
  ],
  [/(?:)/, 'npm failed', elsewhere],
];

/** For people: what was tried, why it failed, what to do. */
export const explainFailure = ({ code, summary }, { registry, proxy }) => {
  const [, reason, fixes] = failures.find(([codes]) => codes.test(code));
  const detail = /reason: (.+)$/.exec(summary)?.[1] ?? summary;
  return [
    'The packages that the project needs are not here, and npm cannot get them.',
    `  tried  ${registry}${proxy ? ` (a proxy is configured: ${proxy})` : ''}`,
    `  why    ${reason}${detail === '' ? '' : ` (${withoutPassword(detail)})`}`,
    ...[
      ...fixes,
      'If it is only slow: npm install, here, and run the command again.',
      'Without any network: run npm install in this version of the project on a connected machine of the same platform,',
      'and copy the folder node_modules from there to here (tar or cp -a, for it has symbolic links).',
    ].map((line, index) => `${index === 0 ? '  do     ' : '         '}${line}`),
  ].join('\n');
};
