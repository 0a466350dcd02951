/** Which test files run in one process: each process of its own spends most of its time on loading what it tests. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './project-node.mjs';

const folder = '.cache/test-programs';
/** Of conformance every file talks to one installation all the time. */
const mostFiles = { conformance: 8 };
const mostUnits = 25;

/** Hooks for every test of the process, counters and settings of the whole process, and what wants to be looked for at its end. */
const forItself =
  /^(before|beforeEach|afterEach)\(|inspector|testkit\/work'|mock\.|configureGlobal|ends-with-file'|process\.(chdir|umask|on|once|exit)\(|process\.env\.\w+ =|globalThis\.\w+ =/m;

const testkitsOf = (path, text) =>
  [...text.matchAll(/^(?:import .*|\}) from '(\.[^']*\.testkit\.ts)';$/gm)].map(([, kit]) =>
    join(dirname(path), kit),
  );

/** Files of one name share processes; undefined: it has one to itself. */
const sharedBy = (path, textOf) => {
  const owner = /^(conformance|(packages|apps)\/[^/]+)\//.exec(path)?.[1];
  if (owner === undefined) return undefined;
  const text = textOf(path);
  if (owner === 'conformance') return /\bshareWorld\(\)/.test(text) ? owner : undefined;
  const texts = [text, ...testkitsOf(path, text).map(textOf)];
  return texts.some((each) => forItself.test(each)) ? undefined : owner;
};

const inParts = (paths, most) => {
  const count = Math.ceil(paths.length / most);
  const size = Math.ceil(paths.length / count);
  return Array.from({ length: count }, (_, at) => paths.slice(at * size, (at + 1) * size));
};

/** `{path, files}` for each process: a test file, or one that imports several. */
export const programsOf = (paths, textOf = (path) => readFileSync(join(root, path), 'utf8')) => {
  const shared = Object.groupBy(paths, (path) => sharedBy(path, textOf) ?? '');
  const alone = (shared[''] ?? []).map((path) => ({ path, files: [path] }));
  const together = Object.entries(shared)
    .filter(([owner]) => owner !== '')
    .flatMap(([owner, files]) =>
      inParts(files.toSorted(), mostFiles[owner] ?? mostUnits).map((part, at) => ({
        path: part.length === 1 ? part[0] : `${folder}/${owner.replaceAll('/', '-')}-${at + 1}.test.mjs`,
        files: part,
      })),
    );
  return [...together, ...alone];
};

/** Writes those that import several. */
export const writePrograms = (programs) => {
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  for (const { path, files } of programs)
    if (files.length > 1)
      writeFileSync(join(root, path), files.map((file) => `import '../../${file}';\n`).join(''));
};
