/** Runs the real name servers' checkers on generated files; tests skip by the program's name where it is absent. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type EndpointDns, readEndpointDocument } from '@tombolo/azure-documents';
import { described } from '@tombolo/azure-documents/sample-endpoint.testkit';
import { withDebianPrograms } from '../../scripts/debian-packages.mjs';
import type { MaterialFile } from './index.ts';

export { sampleAddresses } from '@tombolo/azure-documents/sample-endpoint.testkit';

/** Where the gate unpacks them; nothing is fetched here. */
const environment = withDebianPrograms(process.env, {});
const unpacked = fileURLToPath(new URL('../../.cache/debian', import.meta.url));
const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib/x86_64-linux-gnu'].map(
  (name) => join(unpacked, name),
);
export const env: NodeJS.ProcessEnv = {
  ...environment,
  LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, ...libraries].filter(Boolean).join(delimiter),
};

export const pathOf = (program: string): string | undefined =>
  String(env.PATH)
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

/** `{skip}` for a test that needs the program. */
export const needs = (...programs: readonly string[]): { skip: string | false } => {
  const missing = programs.filter((program) => pathOf(program) === undefined);
  return { skip: missing.length > 0 && `${missing.join(' and ')} is not on this machine` };
};

export const scratch = (files: readonly MaterialFile[] = []): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-dns-material-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
  return folder;
};

/** `{status, output}`; both streams together. */
export const run = (
  program: string,
  args: readonly string[],
  cwd: string,
): { readonly status: number | null; readonly output: string } => {
  const made = spawnSync(pathOf(program)!, args, { cwd, env, encoding: 'utf8', timeout: 120_000 });
  return { status: made.status, output: `${made.stdout}${made.stderr}` };
};

/** Throws with what the program printed. */
export const accepts = (program: string, args: readonly string[], cwd: string): string => {
  const { status, output } = run(program, args, cwd);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${output}`);
  return output;
};

/** Compares with goldens/NAME; with TOMBOLO_UPDATE_GOLDENS=1 it writes them instead. */
export const golden = (name: string, content: string): string => {
  const path = fileURLToPath(new URL(`./goldens/${name}`, import.meta.url));
  if (process.env.TOMBOLO_UPDATE_GOLDENS === '1') writeFileSync(path, content);
  return readFileSync(path, 'utf8');
};

export const sampleEndpoint = (): EndpointDns => readEndpointDocument(described);
