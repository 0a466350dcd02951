/** HAProxy before an explicit proxy: passes requests for what is listed on to it, and answers 403 to the rest. */

import type { Fitted } from '../fit.ts';
import type { HostRule } from '../plan.ts';
import { literal, patternSource } from '../safe-text.ts';
import { commented, type Format, headLines, type OutputFile, type RenderOptions } from './format.ts';
import { traversal } from './squid.ts';

const lines = (texts: readonly string[]): string => [...new Set(texts)].map((text) => `${text}\n`).join('');

const plainPattern = ({ host, port, path = '' }: HostRule): string => {
  const authority = `${patternSource(host)}${port === 80 ? '(:80)?' : `:${port}`}`;
  return `^http://${authority}${literal(path).replaceAll('\\/', '/')}(/|[?]|$)`;
};

const render = (fitted: Fitted, options: RenderOptions, format: Format): readonly OutputFile[] => {
  const { name, proxy = '', directory = `/etc/haproxy/${options.name}` } = options;
  const tls = fitted.names.filter((rule) => rule.tls);
  const lists = [
    // The request line decides: the Host header is the client's to choose.
    {
      acl: 'connect',
      match: 'url -m str -i',
      file: 'connect-names',
      entries: tls.filter(({ pattern }) => !pattern).map(({ host, port }) => `${host}:${port}`),
    },
    {
      acl: 'connect',
      match: 'url -m reg -i',
      file: 'connect-patterns',
      entries: tls
        .filter(({ pattern }) => pattern)
        .map(({ host, port }) => `^${patternSource(host)}:${port}$`),
    },
    {
      acl: 'plain',
      match: 'url -m reg',
      file: 'plain',
      entries: fitted.names.filter((rule) => !rule.tls).map(plainPattern),
    },
  ].filter(({ entries }) => entries.length > 0);
  const has = (acl: string): boolean => lists.some((list) => list.acl === acl);
  const files = lists.map(({ file, entries }) => ({ name: `${name}-${file}.lst`, text: lines(entries) }));
  const conf = [
    `frontend ${name}_allow`,
    '    mode http',
    '    bind 127.0.0.1:3128',
    '    timeout client 1h',
    '    acl is_connect method CONNECT',
    `    acl traversal url -m reg -i '${traversal}'`,
    ...lists.map(
      ({ acl, match, file }) => `    acl listed_${acl} ${match} -f ${directory}/${name}-${file}.lst`,
    ),
    has('connect')
      ? '    http-request deny deny_status 403 if is_connect !listed_connect'
      : '    http-request deny deny_status 403 if is_connect',
    has('plain')
      ? '    http-request deny deny_status 403 if !is_connect !listed_plain'
      : '    http-request deny deny_status 403 if !is_connect',
    '    http-request deny deny_status 403 if !is_connect traversal',
    `    default_backend ${name}_proxy`,
    '',
    `backend ${name}_proxy`,
    '    mode http',
    '    timeout connect 10s',
    '    timeout server 1h',
    '    timeout tunnel 1h',
    `    server proxy ${proxy}`,
  ];
  const head = commented('#', headLines(fitted, format));
  return [
    { name: `${name}-haproxy.cfg`, text: `${head}${conf.map((line) => `${line}\n`).join('')}` },
    ...files,
  ];
};

export const haproxy: Format = {
  name: 'haproxy',
  title: 'HAProxy allow-list before an explicit proxy',
  can: { names: true, patterns: 'any', paths: 'plain', addresses: false, tags: false, literals: true },
  checkedBy: 'haproxy -c -f',
  needs: ['proxy'],
  render,
};
