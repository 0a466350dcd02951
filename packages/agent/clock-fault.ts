/** A machine whose clock is off is told so, and by how much: what it signs is refused, and nothing else would say why. */

import { ServiceRefusal } from './failure.ts';
import type { HttpAnswer } from './https-client.ts';

/** The services take what is signed a minute ahead; an answer is on its way for a moment. */
const toleratedMs = 45_000;

const units = [
  [86_400_000, 'days'],
  [3_600_000, 'hours'],
  [60_000, 'minutes'],
  [1_000, 'seconds'],
] as const;

/** Two of a unit at least, so that it reads as a number of them. */
const inWords = (milliseconds: number): string => {
  const [size, name] = units.find(([each]) => milliseconds >= 2 * each) ?? [1_000, 'seconds'];
  return `${Math.round(milliseconds / size)} ${name}`;
};

/** By the answer's Date (RFC 9110 §6.6.1). @throws ServiceRefusal `MachineClockWrong` in the place of a 401 that the clock explains */
export const refuseForClock = (answer: HttpAnswer, now: number): void => {
  if (answer.status !== 401) return;
  const there = Date.parse(answer.headers.date ?? '');
  const off = now - there;
  if (!Number.isFinite(off) || Math.abs(off) <= toleratedMs) return;
  const way = off > 0 ? 'ahead of' : 'behind';
  throw new ServiceRefusal(
    401,
    'MachineClockWrong',
    `This machine's clock is ${inWords(Math.abs(off))} ${way} the service's (${new Date(now).toISOString()} here, ${new Date(there).toISOString()} there), so that what it signs is refused.`,
  );
};
