/** Optional members of options, and optional arguments, that no production code gives: what only tests switch on. */

import { parseSync, Visitor } from 'oxc-parser';

const nameOf = (key) =>
  key?.type === 'Identifier' ? key.name : key?.type === 'Literal' ? String(key.value) : undefined;

/** How many arguments a function may take, and how many it has to; undefined where it takes any number. */
const arityOf = ({ params }) => {
  if (params.some(({ type }) => type === 'RestElement')) return undefined;
  const isOptional = (param) => param.type === 'AssignmentPattern' || param.optional === true;
  const first = params.findIndex(isOptional);
  return first === -1 ? undefined : { required: first, most: params.length };
};

const functionOf = (node) =>
  node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression' ? node : undefined;

/** What a module declares, and what it gives. */
const readModule = ({ path, text }) => {
  const { program } = parseSync(path, text);
  const found = { options: [], functions: [], keys: new Set(), calls: [], named: new Map() };
  const callees = new Set();
  const declared = new Set();
  const patterns = [];
  new Visitor({
    TSInterfaceDeclaration: ({ id, body }) => {
      if (!/(?:Options|Limits|Bounds|Settings)$/.test(id.name)) return;
      for (const { type, key, optional } of body.body)
        if (type === 'TSPropertySignature' && optional)
          found.options.push({ path, of: id.name, name: nameOf(key) });
    },
    ObjectPattern: ({ properties }) => patterns.push(...properties),
    Property: (property) => {
      if (!patterns.includes(property)) found.keys.add(nameOf(property.key));
    },
    AssignmentExpression: ({ left }) => {
      if (left.type === 'MemberExpression') found.keys.add(nameOf(left.property));
    },
    ExportNamedDeclaration: ({ declaration }) => {
      for (const { id, init } of declaration?.declarations ?? []) {
        const arity = functionOf(init) && arityOf(init);
        if (arity && id.type === 'Identifier') found.functions.push({ path, name: id.name, ...arity });
        declared.add(id);
      }
      if (declaration?.type === 'FunctionDeclaration') {
        const arity = arityOf(declaration);
        if (arity) found.functions.push({ path, name: declaration.id.name, ...arity });
        declared.add(declaration.id);
      }
    },
    ImportSpecifier: ({ imported, local }) => {
      declared.add(imported);
      declared.add(local);
    },
    ExportSpecifier: ({ local, exported }) => {
      declared.add(local);
      declared.add(exported);
    },
    CallExpression: ({ callee, arguments: given }) => {
      const name = callee.type === 'MemberExpression' ? nameOf(callee.property) : nameOf(callee);
      callees.add(callee.type === 'MemberExpression' ? callee.property : callee);
      const spread = given.some(({ type }) => type === 'SpreadElement');
      found.calls.push({ name, count: spread ? Number.POSITIVE_INFINITY : given.length });
    },
    Identifier: (identifier) => found.named.set(identifier, identifier.name),
  }).visit(program);
  // Passed on by its name it may be called with anything.
  for (const [identifier, name] of found.named)
    if (!callees.has(identifier) && !declared.has(identifier))
      found.calls.push({ name, count: Number.POSITIVE_INFINITY });
  return found;
};

/**
 * `path Options.member` and `path function(argument n)` of each that is never given, by name: what is listed is given by
 * nobody, but for what comes out of a parsed text; what shares its name with something that is given is not found.
 */
export const testOnlyOptions = (modules) => {
  const read = modules.map(readModule);
  const keys = new Set(read.flatMap((module) => [...module.keys]));
  const counts = new Map();
  for (const { name, count } of read.flatMap(({ calls }) => calls))
    counts.set(name, Math.max(counts.get(name) ?? 0, count));
  return [
    ...read
      .flatMap(({ options }) => options)
      .filter(({ name }) => !keys.has(name))
      .map(({ path, of, name }) => `${path} ${of}.${name}`),
    ...read
      .flatMap(({ functions }) => functions)
      .flatMap(({ path, name, required, most }) =>
        counts.has(name)
          ? Array.from({ length: most - required }, (_, at) => required + at + 1)
              .filter((position) => position > counts.get(name))
              .map((position) => `${path} ${name}(argument ${position})`)
          : [],
      ),
  ].sort();
};
