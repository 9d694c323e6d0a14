import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { type InvalidationLog, type InvalidationMode, REMOVED } from './log.js';
import { createInvalidationTable } from './table.js';

/** Told of every invalidation that takes effect in this process, once. */
export type Applied = (names: readonly string[], mode: InvalidationMode, position: number) => void;

/** The invalidation log of one process: a counter, and a table of what was invalidated when. Always up to date. */
export function createProcessLog(options: {
  readonly clock: Clock;
  /** Names remembered exactly; see `createInvalidationTable`. */
  readonly maxNames?: number;
  readonly applied?: Applied;
}): InvalidationLog {
  const { clock, maxNames, applied } = options;
  const table = createInvalidationTable(maxNames);
  let position = 0;
  return {
    id: randomUUID(),
    get position() {
      return position;
    },
    maxStaleness: 0,
    append(names, mode) {
      position++;
      table.mark(names, mode, position, clock.now());
      applied?.(names, mode, position);
      return Promise.resolve(position);
    },
    staleSince(filled, names) {
      if (filled === position) return Infinity;
      // A position beyond the last one is not of this log: damaged or made up.
      return filled > position ? REMOVED : table.staleSince(filled, names);
    },
    confirm: () => undefined,
    health: { state: 'live', lagMs: 0, gaps: 0 },
    close: async () => {},
  };
}
