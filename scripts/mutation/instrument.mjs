/** Makes the mutants of source files: one copy of each file that holds all of its mutants, each behind a switch. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { root } from '../project-node.mjs';

export const sha = (...texts) => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 32);
};

const silent = () => {};
const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, silent])),
};

/** `start` and `end` count lines and columns from 0. */
const textAt = (lines, { start, end }) =>
  lines
    .slice(start.line, end.line + 1)
    .map((line, index, all) =>
      line.slice(index === 0 ? start.column : 0, index === all.length - 1 ? end.column : undefined),
    )
    .join('\n');

/**
 * @param paths of the repository
 * @param directory where the copies go
 * @returns the mutants, each with a `key` that stays while its file does, and the map that `hook.mjs` loads by
 */
export const instrument = async (paths, directory, base = root) => {
  const files = paths.map((name) => ({
    name,
    content: readFileSync(join(base, name), 'utf8'),
    mutate: true,
  }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const { files: copies, mutants } = await new Instrumenter(logger).instrument(files, options);
  mkdirSync(directory, { recursive: true });
  const urls = Object.fromEntries(
    copies.map(({ name, content }) => {
      const copy = join(directory, `${name.replaceAll('/', '+')}.mjs`);
      writeFileSync(copy, stripTypeScriptTypes(content));
      return [pathToFileURL(join(base, name)).href, copy];
    }),
  );
  const map = join(directory, 'map.json');
  writeFileSync(map, JSON.stringify(urls));
  const contents = new Map(files.map(({ name, content }) => [name, content]));
  return {
    map,
    fingerprint: sha(...copies.map(({ content }) => content)),
    mutants: mutants.map(({ id, fileName, location, mutatorName, replacement }) => {
      const content = contents.get(fileName);
      const { start, end } = location;
      const place = `${start.line}:${start.column}-${end.line}:${end.column}`;
      return {
        id,
        key: sha(fileName, content, place, mutatorName, replacement),
        file: fileName,
        line: start.line + 1,
        column: start.column + 1,
        kind: mutatorName,
        original: textAt(content.split('\n'), location),
        replacement,
      };
    }),
  };
};
