/** The part of `node:test` that the tests use, so that one process runs a test file as often as it is asked to. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { mock } from 'node:test';

const hooksOf = () => ({ before: [], after: [], beforeEach: [], afterEach: [] });
const within = new AsyncLocalStorage();
/** What the file that is being loaded declares at its top. */
let top;
/** Hears of the first failure at once: cleaning up after it may take its time. */
let onFailure = () => {};

const parts = (given) => ({
  name: given.find((part) => typeof part === 'string') ?? '',
  options: given.find((part) => typeof part === 'object') ?? {},
  body: given.find((part) => typeof part === 'function'),
});
const isLeftOut = ({ options, body }) => body === undefined || Boolean(options.skip) || Boolean(options.todo);

const hookOf = (kind) => (body) => {
  (within.getStore() ?? top)[kind].push(body);
};
export const before = hookOf('before');
export const after = hookOf('after');
export const beforeEach = hookOf('beforeEach');
export const afterEach = hookOf('afterEach');

export const describe = (...given) => {
  const declared = parts(given);
  const parent = within.getStore() ?? top;
  if (isLeftOut(declared)) return;
  const suite = { ...hooksOf(), parent, declared, children: [] };
  parent.children.push(suite);
  within.run(suite, declared.body);
};

export const test = (...given) => {
  const declared = parts(given);
  const parent = within.getStore() ?? top;
  if (isLeftOut(declared)) return;
  const made = { ...hooksOf(), parent, declared };
  if (parent.children === undefined) return runTest(made);
  parent.children.push(made);
};
export const it = test;
export const suite = describe;
export { mock };

/** From the file's own to the innermost, for what is done before; the other way round after. */
const outward = (node) => (node === undefined ? [] : [node, ...outward(node.parent)]);

const runTest = async (node) => {
  const around = outward(node.parent);
  const { name, body } = node.declared;
  const mocks = new mock.constructor();
  const context = {
    name,
    mock: mocks,
    signal: new AbortController().signal,
    diagnostic: () => {},
    test: (...given) => within.run(node, () => test(...given)),
    ...Object.fromEntries(
      ['after', 'beforeEach', 'afterEach'].map((kind) => [kind, (hook) => node[kind].push(hook)]),
    ),
  };
  const inside = (hook) => within.run(node, () => hook(context));
  try {
    for (const { beforeEach: hooks } of around.toReversed()) for (const hook of hooks) await inside(hook);
    await inside(body);
  } catch (error) {
    onFailure(error);
    throw error;
  } finally {
    for (const { afterEach: hooks } of around) for (const hook of hooks) await inside(hook);
    for (const hook of node.after) await inside(hook);
    mocks.reset();
  }
};

const runSuite = async (node) => {
  const inside = (hook) => within.run(node, () => hook({ name: node.declared.name }));
  try {
    for (const hook of node.before) await inside(hook);
    for (const child of node.children)
      await (child.children === undefined ? runTest(child) : runSuite(child));
  } finally {
    for (const hook of node.after) await inside(hook);
  }
};

/**
 * Loads a test file and runs what it declares, one test after another, until the first that fails.
 * @param load imports the file, as new
 * @param noticed is called with the first failure, before what cleans up
 */
export const runFile = async (load, noticed) => {
  onFailure = noticed;
  top = { ...hooksOf(), declared: { name: '' }, children: [] };
  await load();
  await runSuite(top);
};
