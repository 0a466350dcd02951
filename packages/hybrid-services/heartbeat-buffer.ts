/** Heartbeats on their way to the control process: batched, the newest of a machine wins, kept while control is down. */

import { serviceError } from './errors.ts';
import type { HybridState } from './projection.ts';
import type { RecordedHeartbeat } from './registration-authority.ts';

export interface HeartbeatBufferOptions {
  readonly record: (batch: readonly RecordedHeartbeat[]) => Promise<void>;
  /** Flush this long after the first entry. */
  readonly flushMs: number;
  /** Flush at once at this many; also the largest batch. */
  readonly batchSize: number;
  /** Machines remembered while control is down; a machine beyond it is refused with 503. */
  readonly maxEntries: number;
  /** Runs the callback after so many milliseconds; returns what cancels it. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  readonly onError?: (error: unknown, kept: number) => void;
}

export interface HeartbeatBuffer {
  /** @throws ArmError 503 when full */
  add(heartbeat: RecordedHeartbeat): void;
  /** Sends what there is, now; resolves when it is recorded or put back. */
  flush(): Promise<void>;
  /** Flushes a last time and stops. */
  close(): Promise<void>;
  readonly size: number;
}

/** A machine that was moved while its heartbeat waited is known by its certificate. */
export const underItsName =
  (state: Pick<HybridState, 'identityBySerial'>) =>
  (heartbeat: RecordedHeartbeat): RecordedHeartbeat => {
    const { machineId = heartbeat.machineId } = state.identityBySerial(heartbeat.serial) ?? {};
    return machineId === heartbeat.machineId ? heartbeat : { ...heartbeat, machineId };
  };

export const createHeartbeatBuffer = (options: HeartbeatBufferOptions): HeartbeatBuffer => {
  const waiting = new Map<string, RecordedHeartbeat>();
  let cancel: (() => void) | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;
  // While control is down only the timer tries, not each arrival.
  let failing = false;

  const schedule = (milliseconds: number): void => {
    if (closed || cancel !== undefined) return;
    cancel = options.after(milliseconds, () => {
      cancel = undefined;
      void flush();
    });
  };
  const send = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, options.batchSize);
      for (const entry of batch) waiting.delete(entry.machineId.toLowerCase());
      try {
        await options.record(batch);
        failing = false;
      } catch (error) {
        // Put back, unless a newer one of the machine has come meanwhile.
        for (const entry of batch) {
          const key = entry.machineId.toLowerCase();
          if (!waiting.has(key)) waiting.set(key, entry);
        }
        failing = true;
        options.onError?.(error, waiting.size);
        schedule(options.flushMs);
        return;
      }
    }
  };
  const flush = (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    sending ??= send().finally(() => {
      sending = undefined;
    });
    return sending;
  };
  return {
    add: (heartbeat) => {
      const key = heartbeat.machineId.toLowerCase();
      if (!waiting.has(key) && waiting.size >= options.maxEntries) {
        throw serviceError('ServiceBusy', ['The heartbeat buffer'], { retryAfterSeconds: 60 });
      }
      waiting.set(key, heartbeat);
      if (waiting.size >= options.batchSize && !failing) void flush();
      else schedule(options.flushMs);
    },
    flush,
    close: async () => {
      closed = true;
      await flush();
    },
    get size() {
      return waiting.size;
    },
  };
};
