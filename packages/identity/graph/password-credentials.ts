/** `addPassword` and `removePassword` of applications and service principals: the secret is made here and told once. */

import type { Expectation } from '@tombolo/store/port';
import { z } from 'zod';
import { addSecret, type CredentialHolder, CredentialRefused, removeSecret } from '../credentials.ts';
import { readBody, shownName } from './body.ts';
import { authorize, type ObjectKey } from './directory.ts';
import type { GraphHandler, GraphRequest, GraphResponse, GraphServices } from './message.ts';
import { graphError } from './refusals.ts';
import { shownSecret } from './shown.ts';

const time = z.iso.datetime({ offset: true }).nullish();
const addShape = z.strictObject({
  passwordCredential: z
    .strictObject({ displayName: shownName.nullish(), startDateTime: time, endDateTime: time })
    .nullish(),
});
const removeShape = z.strictObject({ keyId: z.guid() });

const day = 86_400_000;
/** Graph gives two years where nothing is asked for. */
const defaultLife = 2 * 365 * day;
const longestLife = 100 * 365 * day;
/** Clients say now by their own clock. */
const skew = 5 * 60_000;

/** Throws Request_BadRequest. */
const withPassword = <T extends CredentialHolder>(
  { now, newGuid, randomBytes }: GraphServices,
  { body, base }: GraphRequest,
  holder: T,
) => {
  const asked = readBody(body ?? {}, addShape).passwordCredential ?? {};
  const at = now();
  const start = asked.startDateTime ? Date.parse(asked.startDateTime) : at;
  const end = asked.endDateTime ? Date.parse(asked.endDateTime) : at + defaultLife;
  if (start > at + skew)
    throw graphError('Request_BadRequest', [
      'A password is valid from now on: leave startDateTime out, or name a time that has come.',
    ]);
  if (end <= at || end <= start || end > at + longestLife)
    throw graphError('Request_BadRequest', ['endDateTime has to be in the future, within a hundred years.']);
  const added = orBadRequest(() =>
    addSecret(holder, {
      keyId: newGuid(),
      random: randomBytes(32),
      salt: randomBytes(16),
      now: start,
      endTime: end,
      ...(asked.displayName ? { displayName: asked.displayName } : {}),
    }),
  );
  const answer = {
    status: 200,
    body: {
      '@odata.context': `${base}/$metadata#microsoft.graph.passwordCredential`,
      ...shownSecret(added.secret),
      secretText: added.secretText,
    },
  };
  return { holder: added.holder, answer };
};

/** Throws Request_BadRequest where there is none with that id. */
const withoutPassword = <T extends CredentialHolder>({ body }: GraphRequest, holder: T): T => {
  const { keyId } = readBody(body, removeShape);
  const left = removeSecret(holder, keyId);
  if (!left) throw graphError('Request_BadRequest', [`No password credential found with keyId '${keyId}'.`]);
  return left;
};

/** Of one object: what `decide` makes of it is written where it still is as it was read. */
export type Change<T> = (
  services: GraphServices,
  request: GraphRequest,
  key: ObjectKey,
  decide: (holder: T) => Promise<{
    readonly holder: T;
    readonly expect?: readonly Expectation[];
    readonly answer?: GraphResponse;
  }>,
) => Promise<GraphResponse>;

export const passwordHandler =
  <T extends CredentialHolder>(change: Change<T>) =>
  (key: ObjectKey, name: 'addPassword' | 'removePassword'): GraphHandler =>
  async (services, request) => {
    await authorize(services, request);
    return change(services, request, key, async (holder) =>
      name === 'addPassword'
        ? withPassword(services, request, holder)
        : { holder: withoutPassword(request, holder) },
    );
  };

export const orBadRequest = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CredentialRefused)) throw error;
    throw graphError('Request_BadRequest', [error.message]);
  }
};
