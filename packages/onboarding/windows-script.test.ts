import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Onboarding, OnboardingProblem, windowsScript } from './index.ts';
import { anyText, hardOnboarding, ofInstallation, sample } from './onboarding.testkit.ts';
import { powershellLiteral } from './powershell-literal.ts';
import { tagsArgument } from './tags.ts';

const seed = 20261127;
const load = createRequire(import.meta.url);
const folder = dirname(load.resolve('@vscode/tree-sitter-wasm'));
// Its module names its exports in a way that import does not see.
const { Language, Parser } = load('@vscode/tree-sitter-wasm') as typeof import('@vscode/tree-sitter-wasm');
let parser: InstanceType<typeof Parser>;
before(async () => {
  await Parser.init({ locateFile: (name: string) => join(folder, name) });
  parser = new Parser();
  parser.setLanguage(await Language.load(join(folder, 'tree-sitter-powershell.wasm')));
});

/**
 * A string in single quotes as about_Quoting_Rules and PowerShell's tokenizer have it: each of five characters is a single
 * quote; two of them, equal or not, are the second. Undefined where the text goes on behind the end.
 */
const readLiteral = (text: string): string | undefined => {
  const isQuote = (at: number): boolean => "'\u2018\u2019\u201a\u201b".includes(text[at] ?? ' ');
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    if (!isQuote(at)) value += text[at];
    else if (isQuote(at + 1)) value += text[++at];
    else return isQuote(0) && at === text.length - 1 ? value : undefined;
  }
  return undefined;
};

const ofCloud = fc.sample(hardOnboarding, { numRuns: 40, seed }).map(
  (onboarding): Onboarding => ({
    ...onboarding,
    profile: sample.profile,
    authentication: { kind: 'secret', clientId: sample.tenantId, file: 'C:\\onboarding\\$(secret)’s' },
  }),
);

/** What the script puts into the options of connect. */
const optionsOf = (script: string): ReadonlyMap<string, string | undefined> =>
  new Map(
    [...script.matchAll(/^\$options\['([a-z-]+)'\] = (.*)\r$/gm)].map(([, name, literal]) => [
      name!,
      readLiteral(literal!),
    ]),
  );

describe('a script for Windows', () => {
  test('a string in single quotes is whatever it is', () => {
    fc.assert(
      fc.property(anyText, (value) => readLiteral(powershellLiteral(value)) === value),
      { seed, numRuns: 500 },
    );
  });

  test('is PowerShell by its grammar, and has what was chosen, whatever is in it', () => {
    for (const [at, onboarding] of ofCloud.entries()) {
      const script = windowsScript(onboarding, { groupPolicy: at % 2 === 0 });
      const tree = parser.parse(script)!;
      assert.equal(tree.rootNode.hasError, false, script);
      tree.delete();
      const options = optionsOf(script);
      assert.equal(options.get('private-link-scope'), onboarding.privateLink!.scopeId);
      assert.equal(options.get('resource-group'), onboarding.resourceGroup);
      assert.equal(options.get('tags') ?? '', tagsArgument(onboarding.tags));
      assert.equal(options.get('service-principal-id'), sample.tenantId);
    }
  });

  test('what is no PowerShell is seen to be none', () => {
    const script = windowsScript(sample).replace("$ErrorActionPreference = 'Stop'", "$x = 'a'b' (");
    assert.equal(parser.parse(script)!.rootNode.hasError, true);
  });

  test('no value is anywhere but in the strings at its head', () => {
    const tags = { Owner: 'seen-once' };
    assert.equal(windowsScript({ ...sample, tags }).split('seen-once').length, 2);
  });

  test('is not made for an installation, nor for a startup at which nobody can sign in', () => {
    assert.throws(() => windowsScript(ofInstallation()), OnboardingProblem);
    assert.throws(
      () => windowsScript(sample, { groupPolicy: true }),
      /nobody is there to sign in by device-code/,
    );
  });
});
