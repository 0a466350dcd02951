/** Which of our api-versions answers a request. */

import { armError } from './errors.ts';

const form = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(-[a-z][a-z0-9.-]{0,30})?$/i;

export interface ServedApiVersion {
  /** One of the type's versions. */
  readonly served: string;
  readonly asked: string;
  /** Asked for a version newer than ours: unknown properties are tolerated and the answer says so. */
  readonly newer: boolean;
}

/**
 * A known version is served as asked; a well-formed one newer than ours as our newest (unless `strict`); an older
 * unknown one is 400 NoRegisteredProviderFound, a malformed one 400 InvalidApiVersionParameter.
 * `supported` is in ascending order.
 */
export const serveApiVersion = (
  asked: string | undefined,
  type: string,
  supported: readonly string[],
  strict: boolean,
): ServedApiVersion => {
  if (asked === undefined || asked === '') throw armError('MissingApiVersionParameter', []);
  if (supported.includes(asked)) return { served: asked, asked, newer: false };
  const list = supported.join(', ');
  if (!form.test(asked)) throw armError('InvalidApiVersionParameter', [asked, list]);
  const known = supported.find((version) => version.toLowerCase() === asked.toLowerCase());
  if (known !== undefined) return { served: known, asked, newer: false };
  const newest = supported.at(-1)!;
  if (!strict && asked.slice(0, 10) > newest.slice(0, 10)) return { served: newest, asked, newer: true };
  // A preview of a date that we serve is that contract with more in it.
  const sameDate = supported.find((version) => version.slice(0, 10) === asked.slice(0, 10));
  if (!strict && sameDate !== undefined) return { served: sameDate, asked, newer: true };
  throw armError('NoRegisteredProviderFound', [type, asked, list]);
};
