/** Operations that end with the request that begins them: their name says when that was, and nothing is kept of them. */

import type { Operation } from '@tombolo/store/port';

/** A GUID of version 8 (RFC 9562, section 5.8): the first 48 bits are the milliseconds, the others are `guid`'s. */
const nameAt = (time: number, guid: string): string => {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-8${guid.slice(15)}`;
};

/** The moment that such a name says; undefined: it is no such name. */
const timeIn = (name: string): number | undefined => {
  const [, high, low] =
    /^([0-9a-f]{8})-([0-9a-f]{4})-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(name) ?? [];
  return high === undefined ? undefined : Number.parseInt(`${high}${low}`, 16);
};

/** Milliseconds for which the status of an ended operation is shown; Azure's go after hours, too. */
export const shownForMs = 24 * 60 * 60 * 1000;

const succeeded = (id: string, time: number, subscriptionId: string, location: string): Operation => ({
  id,
  kind: '',
  subscriptionId,
  location,
  target: '',
  status: 'Succeeded',
  startTime: time,
  endTime: time,
  dueAt: time,
  state: {},
});

export const endedOperation = (
  place: { readonly subscriptionId: string; readonly location: string },
  now: number,
  guid: string,
): Operation => succeeded(nameAt(now, guid), now, place.subscriptionId, place.location);

/** The operation of such a name, while its status is shown. */
export const findEndedOperation = (
  name: string,
  subscriptionId: string,
  now: number,
): Operation | undefined => {
  const time = timeIn(name);
  const shown = time !== undefined && time <= now && now - time < shownForMs;
  return shown ? succeeded(name.toLowerCase(), time, subscriptionId, '') : undefined;
};
