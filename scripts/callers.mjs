/** Which exports of a package production code never calls: a rule that nobody asks enforces nothing. */

import { dirname, join } from 'node:path/posix';

/** Comments may name anything. */
const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

const isTest = (path) => /\.(test|testkit)\.[a-z]+$/.test(path) || path.startsWith('packages/testkit/');
const isProduction = (path) => /^(apps|packages)\//.test(path) && !isTest(path);

/** The repository path that a module names; undefined for what is not of this repository. */
const resolve = (from, name) => {
  if (name.startsWith('.')) return join(dirname(from), name);
  const [, owner, file] = /^@tombolo\/([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  return owner && `packages/${owner}/${file ?? 'index'}.ts`;
};

/** `a, b as c, type D` → [[a, a], [b, c]]: types call nothing. */
const bindings = (list) =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('type '))
    .map((entry) => entry.split(/\s+as\s+|\s*:\s*/))
    .map(([name, as = name]) => [name, as]);

/** What a module exports itself, what it passes on, and what it takes from others. */
const readModule = ({ path, text }) => {
  const code = withoutComments(text);
  const all = (pattern) => [...code.matchAll(pattern)];
  const passes = all(/^export\s+(type\s+)?(?:\{([^}]*)\}|(\*))\s+from\s+['"]([^'"]+)['"]/gm)
    .filter(([, type]) => !type)
    .map(([, , list, , from]) => ({ from: resolve(path, from), names: list && bindings(list) }));
  const takes = [
    ...all(/^import\s+(?!type\s)(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s+from\s+['"]([^'"]+)['"]/gm),
    ...all(/\{([^{}]*)\}\s*=\s*await\s+import\(\s*['"]([^'"]+)['"]/g),
  ].flatMap(([, list, from]) => bindings(list).map(([name]) => ({ from: resolve(path, from), name })));
  const spaces = all(/^import\s+\*\s+as\s+([\w$]+)\s+from\s+['"]([^'"]+)['"]/gm).flatMap(([, space, from]) =>
    all(new RegExp(`\\b${space}\\.([\\w$]+)`, 'g')).map(([, name]) => ({ from: resolve(path, from), name })),
  );
  const own = [
    ...all(/^export\s+(?:async\s+)?(?:const|let|function\*?|class)\s+([\w$]+)/gm).map(([, name]) => name),
    ...all(/^export\s+(?:const|let)\s+\{([^}]*)\}\s*=/gm).flatMap(([, list]) =>
      bindings(list).map(([, as]) => as),
    ),
    ...all(/^export\s+\{([^}]*)\}\s*(?:;|$)/gm).flatMap(([, list]) => bindings(list).map(([, as]) => as)),
  ];
  return { path, own, passes, takes: [...takes, ...spaces].filter(({ from }) => from !== undefined) };
};

/**
 * @param files all of the repository's, each `{path, text}`
 * @param packages names of those whose exports need a caller
 * @returns `path name` of each export of value that no production module outside its own file takes; passing it on through
 * the package's index is not calling it
 */
export const exportsWithoutCaller = (files, packages) => {
  const modules = new Map(
    files.filter(({ path }) => isProduction(path)).map((file) => [file.path, readModule(file)]),
  );
  const called = new Set();
  const call = (path, name, seen = new Set()) => {
    const module = modules.get(path);
    if (module === undefined || seen.has(path)) return;
    seen.add(path);
    if (module.own.includes(name)) called.add(`${path} ${name}`);
    for (const { from, names } of module.passes) {
      const inner = names === undefined ? name : names.find(([, as]) => as === name)?.[0];
      if (inner !== undefined) call(from, inner, seen);
    }
  };
  for (const { takes } of modules.values()) for (const { from, name } of takes) call(from, name);
  return [...modules.values()]
    .filter(({ path }) => packages.some((name) => path.startsWith(`packages/${name}/`)))
    .flatMap(({ path, own }) => own.map((name) => `${path} ${name}`))
    .filter((entry) => !called.has(entry))
    .sort();
};
