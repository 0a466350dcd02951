/** Names that outlast a power cut: a file that was synced is lost all the same without its entry in the directory. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes a directory's entries durable. */
export function syncDirectory(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
