import { type Clock, systemClock } from '../clock.js';
import type { LogRecord, LogTransport } from '../invalidation/transport.js';

/** A sequence of invalidations in this process, with what a test needs to damage it. As many processes as one likes may share it. */
export interface MemoryTransport extends LogTransport {
  /** What is retained, oldest first. */
  readonly records: readonly LogRecord[];
  /** Leaves the last `count` records and drops the older ones, as retention does. */
  trim(count: number): void;
  /** Drops records with ids above `id`, as a replica does that takes over and never got them. 0: all, as eviction does. */
  lose(id: number): void;
}

/**
 * The shortest right {@link LogTransport}: the sequence lies in an array. For tests, and as the reference of how a
 * transport behaves. `clock`: what ids start from (milliseconds times 1024) and what reads wait by.
 */
export function memoryTransport(clock: Clock = systemClock): MemoryTransport {
  let records: LogRecord[] = [];
  const waiting = new Set<() => void>();

  const page = (after: number, limit: number) => ({
    records: records.filter(({ id }) => id > after).slice(0, limit),
    last: records.at(-1)?.id ?? 0,
  });

  function arrival(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        waiting.delete(done);
        resolve();
      };
      const cancel = clock.after(waitMs, done);
      waiting.add(done);
    });
  }

  return {
    id: 'memory',
    async append({ names, mode }, known, durability) {
      const previous = records.at(-1)?.id ?? 0;
      const id = Math.max(clock.now() * 1024, previous, known) + 1;
      records.push({ id, previous, names: [...names], mode });
      for (const wake of waiting) wake();
      return { id, previous, ...(durability === 'replicated' && { replicated: true }) };
    },
    async read(after, limit, waitMs) {
      const found = page(after, limit);
      if (found.records.length > 0 || waitMs <= 0) return found;
      await arrival(waitMs);
      return page(after, limit);
    },
    async close() {
      for (const wake of waiting) wake();
    },
    get records() {
      return records;
    },
    trim(count) {
      records = records.slice(Math.max(0, records.length - count));
    },
    lose(id) {
      records = records.filter((record) => record.id <= id);
    },
  };
}
