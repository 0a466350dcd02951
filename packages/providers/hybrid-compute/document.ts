/** Reading stored documents and turning private-link refusals into ARM errors. */

import { ArmError, isObject } from '@tombolo/arm';
import { httpStatusOf, type Refusal } from '@tombolo/private-link/refusals';
import type { Document, Json, JsonObject } from '@tombolo/store/port';

export const propertiesOf = (document: Pick<Document, 'body'>): JsonObject =>
  isObject(document.body.properties) ? document.body.properties : {};

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** The id without its last type and name. */
export const parentOf = (id: string): string => id.split('/').slice(0, -2).join('/');

/** The members that have a value. */
export const withValues = (value: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null));

/** A refusal of the private-link rules in ARM's terms. */
export const refusalError = (refusal: Refusal): ArmError =>
  new ArmError({
    code: refusal.code,
    status: httpStatusOf(refusal.code),
    message: refusal.message,
    ...(refusal.target === undefined ? {} : { target: refusal.target }),
  });
