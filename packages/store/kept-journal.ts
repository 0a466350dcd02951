/** When a journal is appended to and when it is written anew: what is in memory and not in it gets there once it can. Pure. */

/** A file of entries that outlives its process. */
export interface JournalFile<E> {
  append(entry: E): void;
  rewrite(entries: Iterable<E>): void;
}

/** What was used, and until when that counts (epoch milliseconds). */
export type Use = readonly [key: string, expiresAt: number];

export interface ReplayJournal extends JournalFile<Use> {
  /** Under which an identifier is kept: of one length, whatever a client takes for one. */
  keyOf(id: string): string;
  /** As it was when it was opened. */
  readonly entries: readonly Use[];
}

interface KeptJournal<E> {
  append(entry: E): void;
  /** To be called now and then: writes anew what has grown beyond twice what can be alive, or could not be written. */
  tidy(): void;
}

export const keepJournal = <E>(options: {
  readonly journal: JournalFile<E>;
  /** Entries that can be alive. */
  readonly most: number;
  /** That the file has at the beginning. */
  readonly written: number;
  readonly alive: () => Iterable<E>;
  /** It cannot be written; what is used is remembered by the process alone, until it can again. */
  readonly onFailure: (error: unknown) => void;
}): KeptJournal<E> => {
  const { journal } = options;
  let { written } = options;
  let broken = false;
  const keeping = (write: () => void): void => {
    try {
      write();
      broken = false;
    } catch (error) {
      if (!broken) options.onFailure(error);
      broken = true;
    }
  };
  return {
    append: (entry) => {
      // Once it has failed the file lacks something: only a whole one counts again.
      if (!broken) keeping(() => journal.append(entry));
      written += 1;
    },
    tidy: () => {
      if (!broken && written <= 2 * options.most) return;
      keeping(() => {
        const alive = [...options.alive()];
        journal.rewrite(alive);
        written = alive.length;
      });
    },
  };
};
