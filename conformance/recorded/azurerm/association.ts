/** What is a resource to Terraform only: a reference of a resource that is read, and put back with it or without. */

import type { JsonObject } from '@tombolo/store/port';
import { lacking, Unaccepted } from '../answers.ts';
import { type Piece, withProperties } from './resource.ts';
import type { Asked, Clock, Family, Session } from './session.ts';

interface Association {
  readonly name: string;
  readonly needs: readonly string[];
  readonly locks: readonly string[];
  readonly family: Family;
  /** Whose reference it is. */
  readonly path: string;
  readonly property: string;
  /** The property's value with it and, where it does not merely go, without. */
  readonly value: (session: Session) => JsonObject | readonly JsonObject[];
  readonly without?: readonly JsonObject[];
}

export const association = (definition: Association): Piece => {
  const { family, property } = definition;
  const asked = (session: Session, method: string): Asked => ({
    method,
    family,
    path: `${session.subscription}${definition.path}`,
  });
  const read = async (session: Session): Promise<JsonObject> => {
    const answer = await session.expect(asked(session, 'GET'), [200]);
    return answer.json;
  };
  const isThere = async (session: Session, wanted: boolean): Promise<void> => {
    const answer = await session.expect(asked(session, 'GET'), [200]);
    const value = (answer.json.properties as JsonObject | undefined)?.[property];
    const there = Array.isArray(value)
      ? value.length > 0
      : lacking(answer.json, [`properties.${property}.id`]).length === 0;
    if (there !== wanted)
      throw new Unaccepted(
        `GET ${definition.path} ${wanted ? 'lacks' : 'still has'} ${property}: ${answer.text.slice(0, 600)}`,
      );
  };
  const write = async (session: Session, clock: Clock, body: JsonObject): Promise<void> => {
    const request = { ...asked(session, 'PUT'), body };
    await session.settle(await session.expect(request, [200, 201]), request, clock);
  };
  return {
    name: definition.name,
    needs: definition.needs,
    locks: definition.locks,
    create: async (session, clock) => {
      const seen = await read(session);
      await write(session, clock, withProperties(seen, { [property]: definition.value(session) }));
      await isThere(session, true);
    },
    refresh: (session) => isThere(session, true),
    destroy: async (session, clock) => {
      const seen = await read(session);
      const { [property]: _, ...rest } = seen.properties as JsonObject;
      const { without } = definition;
      const properties = { ...rest, ...(without === undefined ? {} : { [property]: without }) };
      await write(session, clock, { ...withProperties(seen, {}), properties });
      await isThere(session, false);
    },
  };
};
