/** The agent that an installation hands out: one file, as `npm run build` makes it. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = dirname(fileURLToPath(import.meta.url));
/** In a release it lies beside this program, in a work tree where the build puts it. */
const places = [join(own, 'tombolo-agent.mjs'), join(own, '..', '..', '..', 'dist', 'tombolo-agent.mjs')];

/** @param configured the configuration's `agentBundle`. Undefined where there is none. */
export const readAgentBundle = (configured: string | undefined): Buffer | undefined => {
  const path = configured ?? places.find((place) => existsSync(place));
  return path === undefined ? undefined : readFileSync(path);
};
