/** A resource as azurerm treats most of them: looked for, put, waited for, read; put back with a change; removed. */

import type { JsonObject } from '@tombolo/store/port';
import { differing, lacking, Unaccepted } from '../answers.ts';
import type { WireAnswer } from '../wire.ts';
import type { Asked, Clock, Family, Session } from './session.ts';

/** What Terraform plans: it is created after what it needs, and removed before it. */
export interface Piece {
  readonly name: string;
  readonly needs: readonly string[];
  /** Names that the provider keeps to one writer at a time. */
  readonly locks: readonly string[];
  readonly create: (session: Session, clock: Clock) => Promise<void>;
  readonly refresh: (session: Session) => Promise<void>;
  /** Changed in place; absent: it has nothing to change. */
  readonly update?: (session: Session, clock: Clock) => Promise<void>;
  readonly destroy: (session: Session, clock: Clock) => Promise<void>;
}

export interface ResourceDefinition {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly locks?: readonly string[];
  readonly family: Family;
  /** Below the subscription. */
  readonly path: string;
  readonly query?: string;
  readonly body: JsonObject | ((session: Session) => JsonObject);
  /** Statuses of a PUT that the client takes; default 200 and 201. */
  readonly takes?: readonly number[];
  /** A write that is taken as done when it is answered. */
  readonly atOnce?: true;
  /** A removal that is taken as done when it is answered. */
  readonly removedAtOnce?: true;
  /** Fields without which a plan shows a change, the state changes, or the provider ends with a nil pointer. */
  readonly reads: readonly string[];
  /** Paths in the body that others write too, or that the provider does not compare. */
  readonly unread?: readonly string[];
  /** What is put when something changes; `seen`: what a GET before it answered. */
  readonly change?: (seen: JsonObject, session: Session) => JsonObject;
  /** The change is made of the configuration alone: nothing is read before it. */
  readonly blind?: true;
  /** What it looks at until that is Succeeded, too, after each write. */
  readonly beside?: { readonly family: Family; readonly path: string };
  /** Waits of the provider's own, in seconds, each followed by a GET that has to answer 200, or 404 after a removal. */
  readonly own?: {
    readonly beforeCreate?: number;
    readonly created?: readonly number[];
    readonly updated?: readonly number[];
    readonly removed?: readonly number[];
  };
}

/** What the model of the SDK makes of an answer that is put back: `systemData` it cannot write. */
export const putBack = (seen: JsonObject, more: JsonObject = {}): JsonObject => {
  const { systemData: _, ...rest } = seen;
  return { ...rest, ...more };
};

export const withProperties = (seen: JsonObject, more: JsonObject): JsonObject =>
  putBack(seen, { properties: { ...(seen.properties as JsonObject), ...more } });

/** Reads as a plan does: what is needed is there, and is what was written. */
export const readAs = (
  answer: WireAnswer,
  path: string,
  reads: readonly string[],
  written: JsonObject,
  unread: readonly string[] = [],
): JsonObject => {
  const missing = lacking(answer.json, reads);
  if (missing.length > 0)
    throw new Unaccepted(
      `GET ${path} lacks ${missing.join(', ')}, which azurerm reads: ${answer.text.slice(0, 600)}`,
    );
  const compared = Object.keys(written).length > 0 ? differing(written, answer.json) : [];
  const other = compared.filter(
    (found) =>
      !unread.some((name) => found === name || found.startsWith(`${name}.`) || found.startsWith(`${name}[`)),
  );
  if (other.length > 0)
    throw new Unaccepted(
      `GET ${path} says something else than was written at ${other.join(', ')}: ${answer.text.slice(0, 600)}`,
    );
  return answer.json;
};

export const resource = (definition: ResourceDefinition): Piece => {
  const { family, reads, own = {} } = definition;
  const takes = definition.takes ?? [200, 201];
  const written = new Map<string, JsonObject>();
  const asked = (session: Session, method: string): Asked => ({
    method,
    family,
    path: `${session.subscription}${definition.path}`,
  });

  const read = async (session: Session): Promise<JsonObject> => {
    const request = asked(session, 'GET');
    const answer = await session.expect(request, [200]);
    return readAs(answer, request.path, reads, written.get(request.path) ?? {}, definition.unread);
  };

  const write = async (session: Session, clock: Clock, body: JsonObject): Promise<void> => {
    const request = { ...asked(session, 'PUT'), body };
    const { query } = definition;
    const answer = await session.expect({ ...request, ...(query === undefined ? {} : { query }) }, takes);
    written.set(request.path, body);
    if (!definition.atOnce) await session.settle(answer, request, clock);
    const { beside } = definition;
    if (beside === undefined) return;
    const path = `${session.subscription}${beside.path}`;
    const network = await session.expect({ method: 'GET', family: beside.family, path, look: true }, [200]);
    readAs(network, path, [], { properties: { provisioningState: 'Succeeded' } });
  };

  const watch = async (session: Session, clock: Clock, waits: readonly number[], wanted: number) => {
    for (const seconds of waits) {
      clock.wait(seconds);
      await session.expect(asked(session, 'GET'), [wanted]);
    }
  };
  const { change } = definition;

  return {
    name: definition.name,
    needs: definition.needs ?? [],
    locks: definition.locks ?? [],
    create: async (session, clock) => {
      await session.expect(asked(session, 'GET'), [404]);
      clock.wait(own.beforeCreate ?? 0);
      const { body } = definition;
      await write(session, clock, typeof body === 'function' ? body(session) : body);
      await watch(session, clock, own.created ?? [], 200);
      await read(session);
    },
    refresh: async (session) => {
      await read(session);
    },
    ...(change === undefined
      ? {}
      : {
          update: async (session, clock) => {
            const seen = definition.blind ? {} : (await session.expect(asked(session, 'GET'), [200])).json;
            await write(session, clock, change(seen, session));
            await watch(session, clock, own.updated ?? [], 200);
            await read(session);
          },
        }),
    destroy: async (session, clock) => {
      const removed = definition.removedAtOnce ? [200, 204] : [200, 202, 204];
      await session.expect(asked(session, 'DELETE'), removed);
      if (!definition.removedAtOnce) await session.gone(asked(session, 'GET'), clock);
      await watch(session, clock, own.removed ?? [], 404);
    },
  };
};
