/** The registrations of a machine that were taken, as long as one could come again: the latest can be answered again. */

import { listAt, objectOf, propertiesOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';

/** No follower has it: only who registers asks. */
export const registrationType = 'Tombolo/machineRegistrations';

/** Below the machine, so that it goes with it. */
export const registrationIdOf = (machineId: string): string => `${machineId}/registrations/current`;

const shape = z.object({
  id: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** Of the latest only. */
  issued: z.object({ certificate: z.string(), serial: z.string(), notAfter: z.number() }).optional(),
});

type Registration = Readonly<z.infer<typeof shape>>;

/** A statement is good for five minutes, by clocks that differ by one; hybrid's own memory of them is as long. */
const rememberedMs = 15 * 60_000;
const mostRemembered = 64;

/** What cannot be read was never taken. */
export const registrationsOf = (document: Document): readonly Registration[] =>
  listAt(propertiesOf(document), 'taken').flatMap((entry) => {
    const read = shape.safeParse(objectOf(entry));
    return read.success ? [read.data] : [];
  });

export const registrationBody = (before: readonly Registration[], latest: Registration): JsonObject => ({
  properties: {
    taken: [
      { ...latest },
      ...before.filter(({ at }) => at > latest.at - rememberedMs).map(({ id, at }) => ({ id, at })),
    ].slice(0, mostRemembered),
  },
});
