/** The agent that an installation hands out: one file, as `npm run build` makes it, and the programs with Node inside beside it. */

import { existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExecutableArchitecture, executableArchitectures } from '@tombolo/onboarding';

const own = dirname(fileURLToPath(import.meta.url));
/** In a release it lies beside this program, in a work tree where the build puts it. */
const places = [join(own, 'tombolo-agent.mjs'), join(own, '..', '..', '..', 'dist', 'tombolo-agent.mjs')];

/** @param configured the configuration's `agentBundle` */
const bundlePath = (configured: string | undefined): string | undefined =>
  configured ?? places.find((place) => existsSync(place));

/** Undefined where there is none. */
export const readAgentBundle = (configured: string | undefined): Buffer | undefined => {
  const path = bundlePath(configured);
  return path === undefined ? undefined : readFileSync(path);
};

export interface AgentExecutable {
  readonly architecture: ExecutableArchitecture;
  /** Open for reading, as long as the process is there. */
  readonly descriptor: number;
  readonly length: number;
}

/** Those that lie beside the bundle, as `npm run build -- --executable` makes them. */
export const openAgentExecutables = (configured: string | undefined): readonly AgentExecutable[] => {
  const path = bundlePath(configured);
  if (path === undefined) return [];
  return executableArchitectures.flatMap((architecture) => {
    const file = join(dirname(path), `tombolo-agent-linux-${architecture}`);
    if (!existsSync(file)) return [];
    const descriptor = openSync(file, 'r');
    const { size } = fstatSync(descriptor);
    return size === 0 ? [] : [{ architecture, descriptor, length: size }];
  });
};
