/** Collections of the directory, in parts: by what names an object, or so many of them as one request looks at. */

import { nameOf } from '@tombolo/store/document';
import type { Document, StoreReader } from '@tombolo/store/port';
import { applicationId, applicationType, identifierUriKey } from '../applications.ts';
import { directoryObjectKey } from '../directory-object.ts';
import { servicePrincipalId, servicePrincipalType } from '../service-principals.ts';
import type { Registered } from './directory.ts';

/** What every object that is asked for has: it is found by that, and the others are not looked at. */
export interface Sought {
  readonly objectId?: string;
  readonly appId?: string;
  /** Among `servicePrincipalNames` or `identifierUris`: an application id or an identifier URI. */
  readonly name?: string;
}

/** Some of a collection, in the order of their application ids. */
interface Part<T> {
  readonly items: readonly T[];
  /** The application id after which the next part begins; undefined: this is the last. */
  readonly next: string | undefined;
}

/** @param after the application id, in lower case, of the last item before these; '' is before all */
export type PartOf<T> = (query: {
  readonly sought: Sought;
  readonly after: string;
  readonly limit: number;
}) => Promise<Part<T>>;

const kinds = {
  application: { type: applicationType, idOf: applicationId },
  principal: { type: servicePrincipalType, idOf: servicePrincipalId },
} as const;

/** No application id, object id or identifier URI is longer: what is, names nothing. */
const longest = 255;

/** The documents that may be meant; undefined: any may be. */
const soughtIds = async (
  store: StoreReader,
  idOf: (appId: string) => string,
  { appId, objectId, name }: Sought,
): Promise<readonly string[] | undefined> => {
  if (appId !== undefined) return [idOf(appId)];
  if (objectId !== undefined) {
    const claim = await store.claim(directoryObjectKey(objectId));
    return claim ? [claim.value] : [];
  }
  if (name === undefined) return undefined;
  const uri = await store.claim(identifierUriKey(name));
  return [idOf(name), ...(uri ? [idOf(nameOf(uri.value))] : [])];
};

export const partOf =
  (store: StoreReader, kind: keyof Registered): PartOf<Document> =>
  async ({ sought, after, limit }) => {
    const { type, idOf } = kinds[kind];
    if (Object.values(sought).some((value) => value === '' || value.length > longest))
      return { items: [], next: undefined };
    const ids = await soughtIds(store, idOf, sought);
    if (ids) {
      const found = [...(await store.getMany(ids)).values()];
      const items = found.filter(({ id, type: its }) => its === type && nameOf(id).toLowerCase() > after);
      return { items, next: undefined };
    }
    const items = await store.list({ type, limit, ...(after === '' ? {} : { after: idOf(after) }) });
    return { items, next: items.length < limit ? undefined : nameOf(items.at(-1)!.id).toLowerCase() };
  };
