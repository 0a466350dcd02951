/** What SQLite says of a disk or a file that fails, as the port says it: cause and fix in one sentence. */
import { type Store, StoreFault } from '../port.ts';

type Kind = StoreFault['kind'];

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html); an extended code has the primary one in its low byte. */
const kinds: ReadonlyMap<number, Kind> = new Map([
  [7, 'failed'],
  [8, 'unwritable'],
  [10, 'failed'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'failed'],
  [26, 'damaged'],
]);

const sentences: Readonly<Record<Kind, (path: string, cause: string) => string>> = {
  full: (path) =>
    `The disk that holds ${path} is full: nothing of this was written, and what was acknowledged before is kept. Free space on it; nothing has to be restarted.`,
  unwritable: (path, cause) =>
    `${path} cannot be written (${cause}): make the file system writable again, and see that this user owns the file.`,
  damaged: (path, cause) =>
    `${path} is damaged (${cause}): stop the installation, keep the file aside, and restore a backup ("./tombolo restore").`,
  failed: (path, cause) =>
    `The system failed to read or write ${path} (${cause}): see the kernel's log for its disk; nothing that was acknowledged depends on this.`,
};

export const damagedFile = (path: string, cause: string): StoreFault =>
  new StoreFault('damaged', sentences.damaged(path, cause.replaceAll('\n', ' ')));

/** A fault of the disk or the file as a {@link StoreFault}; anything else as it is. */
export function faultOf(error: unknown, path: string): unknown {
  if (error instanceof StoreFault) return error;
  const { errcode, code, message } = error as { errcode?: number; code?: string; message?: string };
  const kind = code === 'ERR_SQLITE_ERROR' && errcode !== undefined ? kinds.get(errcode & 0xff) : undefined;
  return kind === undefined
    ? error
    : new StoreFault(kind, sentences[kind](path, message ?? ''), { cause: error });
}

/** The store, whose promises reject with {@link StoreFault} where the disk or the file fails. */
export function withFaults(store: Store, path: string): Store {
  const explain = (error: unknown): never => {
    throw faultOf(error, path);
  };
  const explained = Object.entries(store).map(([name, method]) => [
    name,
    (...given: readonly unknown[]) => {
      const answer = (method as (...given: readonly unknown[]) => unknown)(...given);
      return answer instanceof Promise ? answer.catch(explain) : answer;
    },
  ]);
  // The same methods by the same names, each with its own arguments and answer.
  return Object.fromEntries(explained) as unknown as Store;
}
