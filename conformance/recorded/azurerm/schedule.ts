/** When Terraform would begin and end each piece, by the provider's own waits: time that nobody spends. */

import type { Piece } from './resource.ts';
import { type Clock, openClock } from './session.ts';

export type Phase = 'create' | 'update' | 'destroy';

const needsOf = (pieces: readonly Piece[], phase: Phase): ReadonlyMap<string, readonly string[]> =>
  new Map(
    pieces.map(({ name, needs }) => [
      name,
      phase === 'destroy'
        ? pieces.filter((other) => other.needs.includes(name)).map((other) => other.name)
        : needs,
    ]),
  );

/**
 * Runs `act` for each piece in an order that keeps to what needs what, each with a clock that stands where the piece
 * would begin: after what it needs, and while nobody else holds a name that it locks. Seconds from the beginning to the
 * end of the last.
 */
export const schedule = async (
  pieces: readonly Piece[],
  phase: Phase,
  act: (piece: Piece, clock: Clock) => Promise<void>,
): Promise<number> => {
  const needs = needsOf(pieces, phase);
  const ended = new Map<string, number>();
  const freed = new Map<string, number>();
  const waiting = new Set(pieces);
  while (waiting.size > 0) {
    const ready = [...waiting].filter(({ name }) => needs.get(name)!.every((need) => ended.has(need)));
    const startOf = ({ name, locks }: Piece): number =>
      Math.max(
        0,
        ...needs.get(name)!.map((need) => ended.get(need)!),
        ...locks.map((lock) => freed.get(lock) ?? 0),
      );
    const [next] = ready.sort((one, other) => startOf(one) - startOf(other));
    if (!next) throw new Error(`these need each other: ${[...waiting].map(({ name }) => name).join(', ')}`);
    const clock = openClock(startOf(next));
    await act(next, clock);
    ended.set(next.name, clock.now());
    for (const lock of next.locks) freed.set(lock, clock.now());
    waiting.delete(next);
  }
  return Math.max(0, ...ended.values());
};
