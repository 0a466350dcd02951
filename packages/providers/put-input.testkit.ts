/** What a model is given by a PUT, without a store, and what it says. */

import assert from 'node:assert/strict';
import { ArmError, type PutInput, parseResourceId, type Settings } from '@tombolo/arm';
import type { Document, JsonObject } from '@tombolo/store/port';
import { owner, standardSettings, startTime } from '@tombolo/testkit/arm-world';

export interface GivenPut<P, S> {
  readonly id: string;
  readonly properties: P;
  readonly loaded: S;
  readonly existing?: Document | undefined;
  readonly location?: string;
  readonly envelope?: JsonObject;
  /** What the properties refer to. */
  readonly referenced?: readonly Document[];
  readonly settings?: Partial<Settings>;
}

/** GUIDs are `guid-1`, `guid-2`… in the order in which they are asked for. */
export const putInput = <P, S>(given: GivenPut<P, S>): PutInput<P, S> => {
  const { id, properties, loaded, existing, location } = given;
  let guids = 0;
  return {
    command: {
      id: parseResourceId(id)!,
      storedId: existing?.id ?? id,
      envelope: given.envelope ?? {},
      properties,
      ...(location === undefined ? {} : { location }),
      ...(existing === undefined ? {} : { existing }),
    },
    loaded,
    referenced: new Map((given.referenced ?? []).map((document) => [document.id.toLowerCase(), document])),
    now: startTime,
    newGuid: () => `guid-${++guids}`,
    newLinkIdentifier: () => 16_843_009,
    settings: { ...standardSettings, ...given.settings },
    principal: owner,
  };
};

/** A document of the id's type, as it may be in the store. */
export const stored = (id: string, properties: JsonObject, body: JsonObject = {}): Document => ({
  id,
  type: parseResourceId(id)!.type,
  version: 7,
  body: { ...body, properties },
});

/** A decision that has to be one. */
export const decided = <T extends object | undefined>(decision: T | ArmError): T => {
  assert.ok(!(decision instanceof ArmError), String(decision));
  return decision;
};

/** A refusal in one line: `400 Code target: message`. */
export const refused = (decide: () => object | undefined): string => {
  let decision: unknown;
  try {
    decision = decide();
  } catch (error) {
    decision = error;
  }
  assert.ok(decision instanceof ArmError, `not refused: ${JSON.stringify(decision)}`);
  const { status, code, target, message } = decision;
  return `${status} ${code}${target === undefined ? '' : ` ${target}`}: ${message}`;
};
