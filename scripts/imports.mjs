/** What a module imports, as repository paths, and which of it the layers refuse. */

import { dirname, join } from 'node:path/posix';
import { layers, outside, wings } from './layers.mjs';

/** Static and dynamic, of types too, in any quotes, with a comment before them. */
const named = /\b(?:from|import)\b(?:\s|\(|\/\*[\s\S]*?\*\/)*(['"`])([^'"`\n]+)\1/g;

/** The names as they stand. */
export const specifiersOf = (text) => [...text.matchAll(named)].map(([, , name]) => name);

const folderOf = (path) => /^(?:packages|apps)\/[^/]+/.exec(path)?.[0];
const wingOf = (path) => /^apps\/tombolo\/([^/]+)\//.exec(path)?.[1];

/** Repository paths; a package's name is its folder. `packages`: folders by the names of the packages. */
export const importsOf = ({ path, text }, packages) =>
  specifiersOf(text).flatMap((name) => {
    if (name.startsWith('.')) return [join(dirname(path), name)];
    const [own, rest = ''] = /^(@tombolo\/[^/]+)\/?(.*)$/.exec(name)?.slice(1) ?? [];
    return own === undefined ? [] : [join(packages[own] ?? own, rest)];
  });

const isRefused = (path, target) => {
  const [from, to] = [folderOf(path), folderOf(target)];
  if (to === undefined) return !outside[path]?.includes(target);
  if (/\.(test|testkit)(\.ts)?$/.test(target) || to === 'packages/testkit') return true;
  if (from !== to)
    return (
      to.startsWith('apps/') ||
      (from.startsWith('packages/') && !layers[from]?.imports.includes(to.slice('packages/'.length)))
    );
  const [wing, other] = [wingOf(path), wingOf(target)];
  return wing !== undefined && wing !== other && !wings[wing]?.includes(other);
};

/** `path → target` of each import of a production file that the layers, the wings or the fence around both refuse. */
export const refusedImports = (file, packages) =>
  importsOf(file, packages)
    .filter((target) => isRefused(file.path, target))
    .map((target) => `${file.path} → ${target}`);
