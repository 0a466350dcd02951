/** Squid as explicit proxy: files of names, and the access rules that read them. */

import type { Fitted } from '../fit.ts';
import type { HostRule } from '../plan.ts';
import { literal, patternSource } from '../safe-text.ts';
import { commented, type Format, headLines, type OutputFile, type RenderOptions } from './format.ts';

interface Part {
  readonly acl: string;
  readonly kind: string;
  readonly file: OutputFile;
}

/** `..` as a segment, however it is written, would lead out of an allowed path. */
export const traversal = '(/|%2f|\\\\|%5c)(\\.|%2e){2}(/|%2f|\\\\|%5c|[?#]|$)';

const lines = (texts: readonly string[]): string => [...new Set(texts)].map((text) => `${text}\n`).join('');

const pathPattern = ({ tls, host, port, path = '' }: HostRule): string =>
  `^${tls ? 'https' : 'http'}://${patternSource(host)}(:${port})?${literal(path).replaceAll('\\/', '/')}(/|[?]|$)`;

const parts = (rules: readonly HostRule[], port: number, name: string): readonly Part[] => {
  const part = (what: string, kind: string, texts: readonly string[]): readonly Part[] =>
    texts.length === 0
      ? []
      : [
          {
            acl: `${name}_${what}_${port}`,
            kind,
            file: { name: `${name}-${what}-${port}.txt`, text: lines(texts) },
          },
        ];
  const whole = rules.filter(({ path }) => path === undefined);
  return [
    // -n: a request by address is not looked up in DNS, where anybody could name it.
    ...part(
      'names',
      'dstdomain -n',
      whole.filter(({ pattern }) => !pattern).map(({ host }) => host),
    ),
    ...part(
      'patterns',
      'dstdom_regex -n -i',
      whole.filter(({ pattern }) => pattern).map(({ host }) => `^${patternSource(host)}$`),
    ),
  ];
};

const render = (fitted: Fitted, options: RenderOptions, format: Format): readonly OutputFile[] => {
  const { name, directory = `/etc/squid/${options.name}` } = options;
  const files: OutputFile[] = [];
  const conf: string[] = [];
  const acl = ({ acl: id, kind, file }: Part): void => {
    files.push(file);
    conf.push(`acl ${id} ${kind} "${directory}/${file.name}"`);
  };
  conf.push(`acl ${name}_connect method CONNECT`, `acl ${name}_traversal url_regex -i ${traversal}`);
  for (const port of [...new Set(fitted.names.map((rule) => rule.port))].sort((a, b) => a - b)) {
    const rules = fitted.names.filter((rule) => rule.port === port);
    const way = rules.some(({ tls }) => tls) ? '' : `!${name}_connect `;
    conf.push('', `acl ${name}_port_${port} port ${port}`);
    if (way === '' && port !== 443)
      conf.push(`# Squid's own default refuses CONNECT to it: acl SSL_ports port ${port}`);
    for (const part of parts(rules, port, name)) {
      acl(part);
      conf.push(`http_access allow ${way}${name}_port_${port} ${part.acl}`);
    }
    const paths = rules.filter(({ path }) => path !== undefined);
    if (paths.length === 0) continue;
    const file = { name: `${name}-paths-${port}.txt`, text: lines(paths.map(pathPattern)) };
    acl({ acl: `${name}_paths_${port}`, kind: 'url_regex', file });
    conf.push(
      `http_access allow !${name}_connect ${name}_port_${port} ${name}_paths_${port} !${name}_traversal`,
    );
    const inTls = paths.filter(({ tls }) => tls);
    if (inTls.length === 0) continue;
    // The tunnel itself has no path: it may be opened because the requests in it are judged too.
    const hosts = inTls.map(({ host }) => `^${patternSource(host)}$`);
    acl({
      acl: `${name}_inspected_${port}`,
      kind: 'dstdom_regex -n -i',
      file: { name: `${name}-inspected-${port}.txt`, text: lines(hosts) },
    });
    conf.push(
      '# Needs ssl_bump bump for these hosts: without it the tunnel opens all of them.',
      `http_access allow ${name}_connect ${name}_port_${port} ${name}_inspected_${port}`,
    );
  }
  conf.push(
    '',
    options.enforce ? 'http_access deny all' : '# Put "http_access deny all" after all that is allowed.',
  );
  const head = commented('#', headLines(fitted, format));
  return [{ name: `${name}-squid.conf`, text: `${head}${rows(conf)}` }, ...files];
};

const rows = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

export const squid: Format = {
  name: 'squid',
  title: 'Squid access rules and their files',
  can: { names: true, patterns: 'any', paths: 'inspected', addresses: false, tags: false, literals: true },
  checkedBy: 'squid -k parse',
  render,
};
