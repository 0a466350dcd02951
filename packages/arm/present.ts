/** From stored documents to what a client sees: id, name, type, etag and the type's own view of the body. */

import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { etagOf } from './etag.ts';
import type { AnyResourceType, OperationContext } from './resource-type.ts';

/** Shown bodies in the order of the documents. */
export const present = async (
  type: AnyResourceType,
  context: OperationContext,
  documents: readonly Document[],
): Promise<readonly JsonObject[]> => {
  const bodies = type.present
    ? await type.present(context, documents)
    : documents.map((document) => document.body);
  return documents.map((document, index) => {
    const name = nameOf(document.id);
    const etag = type.etagInBody ? { etag: etagOf(document) } : undefined;
    return { id: document.id, name, type: type.type, ...etag, ...bodies[index] };
  });
};
