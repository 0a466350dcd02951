/** Whose turn comes when, of any number: one timer, for whoever is next, and a bound of how many are under way. */

export interface ScheduleOptions<T> {
  /** Does it; resolves to the milliseconds until it is due again, or to undefined where it never is. */
  readonly perform: (member: T) => Promise<number | undefined>;
  readonly atOnce: number;
  readonly now: () => number;
}

export interface Schedule<T> {
  add(member: T, inMs: number): void;
  /** Due now, if it waits; under way already: due when it ends. */
  hasten(member: T): void;
  /** Nothing begins any more; resolves once nothing is under way. */
  stop(): Promise<void>;
}

/** Longer ones fire at once (Node's limit is that of 32 bits). */
const longestTimerMs = 2_147_483_647;

interface Due<T> {
  readonly at: number;
  readonly member: T;
}

export const createSchedule = <T>({ perform, atOnce, now }: ScheduleOptions<T>): Schedule<T> => {
  /** The next one last. */
  const due: Due<T>[] = [];
  const underWay = new Set<Promise<void>>();
  const hastened = new Set<T>();
  const busy = new Set<T>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const put = (entry: Due<T>): void => {
    let [from, to] = [0, due.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (due[middle]!.at > entry.at) from = middle + 1;
      else to = middle;
    }
    due.splice(from, 0, entry);
  };

  const run = async (member: T): Promise<void> => {
    busy.add(member);
    const inMs = await perform(member);
    busy.delete(member);
    if (inMs !== undefined) put({ at: now() + (hastened.delete(member) ? 0 : inMs), member });
  };

  const look = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (stopped) return;
    const at = now();
    while (underWay.size < atOnce && (due.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= at) {
      const work: Promise<void> = run(due.pop()!.member).finally(() => {
        underWay.delete(work);
        look();
      });
      underWay.add(work);
    }
    const next = due.at(-1);
    // Where all places are taken, whoever ends looks again.
    if (next !== undefined && underWay.size < atOnce)
      timer = setTimeout(look, Math.min(Math.max(0, next.at - at), longestTimerMs));
  };

  return {
    add: (member, inMs) => {
      put({ at: now() + inMs, member });
      look();
    },
    hasten: (member) => {
      if (busy.has(member)) {
        hastened.add(member);
        return;
      }
      const index = due.findIndex((entry) => entry.member === member);
      if (index === -1) return;
      due.splice(index, 1);
      put({ at: now(), member });
      look();
    },
    stop: async () => {
      stopped = true;
      look();
      await Promise.all(underWay);
    },
  };
};
