/** Who resolves what to what: asked of the real name servers. */

import { Resolver } from 'node:dns/promises';
import type { NameRow } from './outcome.ts';

/** Address, or the resolver's error code. */
export const ask = async (nameServer: string, name: string): Promise<string> => {
  const resolver = new Resolver({ timeout: 5_000, tries: 3 });
  resolver.setServers([nameServer]);
  try {
    return (await resolver.resolve4(name)).join(', ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  }
};

export const askAll = async (
  names: readonly string[],
  servers: readonly { view: string; nameServer: string }[],
): Promise<readonly NameRow[]> => {
  const asked = names.flatMap((name) => servers.map(({ view, nameServer }) => ({ name, view, nameServer })));
  return Promise.all(
    asked.map(async ({ name, view, nameServer }) => ({ name, view, address: await ask(nameServer, name) })),
  );
};
