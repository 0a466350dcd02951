/** A list of callbacks: one that throws harms neither the caller nor the others. */
export interface Listeners<T> {
  add(listener: (value: T) => void): () => void;
  call(value: T): void;
}

export function listeners<T>(): Listeners<T> {
  const all = new Set<{ readonly listener: (value: T) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      all.add(entry);
      return () => void all.delete(entry);
    },
    call(value) {
      for (const { listener } of [...all]) {
        try {
          listener(value);
        } catch (error) {
          // The write is done and durable; the failure is the listener's own.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
