/** Debian programs for the agent's tests: from the machine, else from where the gate unpacks them; nothing is fetched here. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withDebianPrograms } from '../../scripts/debian-packages.mjs';

export const unpacked = fileURLToPath(new URL('../../.cache/debian', import.meta.url));

/** In which the programs find their libraries. */
export const debianEnvironment: NodeJS.ProcessEnv = {
  ...withDebianPrograms(process.env, {}),
  LD_LIBRARY_PATH: ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib/x86_64-linux-gnu']
    .map((name) => join(unpacked, name))
    .concat(process.env.LD_LIBRARY_PATH ?? [])
    .join(delimiter),
};

export const pathOf = (program: string): string | undefined =>
  String(debianEnvironment.PATH)
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
