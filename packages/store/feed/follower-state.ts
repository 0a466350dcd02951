/** What a follower last saw, kept by itself: whole at one feed number, or, after a crash, whole at the one before. */
import type { Change, Document } from '../port.ts';

export interface Cursor {
  readonly epoch: string;
  readonly through: number;
}

export interface FollowerState {
  /** Absent: nothing was ever seen of these types. */
  readonly cursor: Cursor | undefined;
  /** Everything that is kept, as of the last number; read anew by each call, and while it is gone through nothing may be written. */
  documents(): Iterable<Document>;
  /** Replaces everything, by lower-case id; durable when it resolves. */
  replace(cursor: Cursor, documents: ReadonlyMap<string, Document>): Promise<void>;
  /** Amends by changes; durable when it resolves. */
  amend(cursor: Cursor, changes: readonly Change[]): Promise<void>;
  close(): void;
}

/** State that cannot be read is set aside, `damaged` is told why, and the follower starts from a snapshot. */
export type OpenFollowerState = (
  types: readonly string[],
  damaged: (error: unknown) => void,
) => FollowerState;
