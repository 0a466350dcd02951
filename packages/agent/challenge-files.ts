/** Challenges of the local identity endpoint: who can read a new file proves to be of the agent's group, or root. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chown, lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface ChallengeFiles {
  /** Makes a file; its path. */
  issue(): Promise<string>;
  /** True for the content of a file, while it counts: once, and the file goes with it, unless it is shared. */
  redeem(content: string): Promise<boolean>;
  /** Removes the files that nobody came for in time. */
  sweep(): Promise<void>;
  /** Removes them all. */
  close(): Promise<void>;
}

export interface ChallengeFilesOptions {
  /** Clients insist on `/var/opt/azcmagent/tokens` (azure-identity and MSAL of every language). */
  readonly directory: string;
  /** Whose members may read beside the owner; absent: the process's own group. */
  readonly group?: number | undefined;
  readonly now: () => number;
}

const lifetimeMs = 60_000;
/** With so many waiting, who asks shares one: nobody can keep others out by asking, be it ever so fast. */
const atMost = 64;

interface Challenge {
  readonly path: string;
  readonly digest: Buffer;
  readonly endsAt: number;
  /** Any number of times: all who got it have to be able to read it. */
  readonly shared: boolean;
}

const digestOf = (content: string): Buffer => createHash('sha256').update(content).digest();

/** @throws where the directory cannot be made, or belongs to others */
export const openChallengeFiles = async (options: ChallengeFilesOptions): Promise<ChallengeFiles> => {
  const { directory, group, now } = options;
  // The group has to get through what is above.
  await mkdir(dirname(directory), { recursive: true, mode: 0o755 });
  await mkdir(directory, { recursive: true, mode: 0o750 });
  const { uid, mode } = await lstat(directory).then((found) => {
    if (!found.isDirectory()) throw new Error(`'${directory}' is no directory`);
    return found;
  });
  if (uid !== process.getuid?.()) throw new Error(`'${directory}' belongs to another user`);
  if ((mode & 0o022) !== 0) throw new Error(`others may write to '${directory}'`);
  if (group !== undefined) await chown(directory, -1, group);
  // Of an agent that was killed.
  for (const name of await readdir(directory))
    if (name.endsWith('.key')) await rm(join(directory, name), { force: true });

  /** Oldest first. */
  const challenges = new Set<Challenge>();
  const end = async (challenge: Challenge): Promise<void> => {
    if (challenges.delete(challenge)) await rm(challenge.path, { force: true });
  };
  const sweep = async (): Promise<void> => {
    for (const challenge of [...challenges]) if (challenge.endsAt <= now()) await end(challenge);
  };
  const make = async (shared: boolean): Promise<string> => {
    const path = join(directory, `${randomBytes(16).toString('hex')}.key`);
    const content = randomBytes(32).toString('hex');
    challenges.add({ path, digest: digestOf(content), endsAt: now() + lifetimeMs, shared });
    const file = await open(path, 'wx', 0o640);
    try {
      if (group !== undefined) await file.chown(process.getuid?.() ?? -1, group);
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return path;
  };
  let common: { readonly path: Promise<string>; readonly until: number } | undefined;
  return {
    sweep,
    issue: async () => {
      await sweep();
      if (challenges.size < atMost) return make(false);
      // Whoever gets it has half of its life at least to come back with it.
      if (common === undefined || common.until <= now())
        common = { path: make(true), until: now() + lifetimeMs / 2 };
      const { path } = common;
      return path.catch((error: unknown) => {
        common = undefined;
        throw error;
      });
    },
    redeem: async (content) => {
      const given = digestOf(content);
      // Each is compared, whichever it is: time tells nothing.
      const found = [...challenges].filter(({ digest }) => timingSafeEqual(digest, given));
      const [challenge] = found;
      if (challenge === undefined) return false;
      const counts = challenge.endsAt > now();
      if (!challenge.shared || !counts) await end(challenge);
      return counts;
    },
    close: async () => {
      common = undefined;
      for (const challenge of [...challenges]) await end(challenge);
    },
  };
};
