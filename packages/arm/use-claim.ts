/** "X is used by Y" as a claim on X: what is in use cannot be deleted under its users. */

import type { Claim, Document, Expectation } from '@tombolo/store/port';

/** The key of the claim that users of this resource hold. */
export const useKey = (id: string): string => `use:${id.toLowerCase()}`;

/** Whose use the claim of this key is; undefined: it is another claim. */
export const usedIdOf = (key: string): string | undefined => /^use:(.+)$/s.exec(key)?.[1];

/** Held by `user`, which refusals name as it is written here, as long as it uses `used`; released when the user is deleted. */
export const useClaim = (used: string, user: string): Claim => ({
  key: useKey(used),
  value: used.toLowerCase(),
  holder: user,
});

/** To be released when the user lets go of it without being deleted. */
export const useRelease = (
  used: string,
  user: string,
): { readonly holder: string; readonly key: string } => ({
  holder: user.toLowerCase(),
  key: useKey(used),
});

/** No one outside of `removed` uses any of them; of a batch that releases what they hold themselves. */
export const unusedExpectations = (removed: readonly Pick<Document, 'id'>[]): readonly Expectation[] =>
  removed.map(({ id }) => ({ unclaimed: useKey(id) }));
