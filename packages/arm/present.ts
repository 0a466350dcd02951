/** From stored documents to what a client sees: id, name, type, etag and the type's own view of the body. */

import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { etagOf } from './etag.ts';
import { shownAsOf } from './property-versions.ts';
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
  const shown = shownAsOf(type, context.apiVersion);
  return documents.map((document, index) => {
    const name = nameOf(document.id);
    const etag = type.etagInBody ? { etag: etagOf(document) } : undefined;
    return { id: document.id, name, type: type.type, ...etag, ...shown(bodies[index]!) };
  });
};

/**
 * Reads what the answer to a write will show, together with what the decision needs: after the write it is known,
 * own writes included (`Reading.wrote`). What a new resource shows is itself among those.
 */
export const readForAnswer = async (
  context: OperationContext,
  type: AnyResourceType,
  existing: Document | undefined,
): Promise<void> => {
  if (existing) await type.present?.(context, [existing]);
};
