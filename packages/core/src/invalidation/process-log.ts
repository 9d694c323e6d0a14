import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { type InvalidationLog, type InvalidationMode, REMOVED } from './log.js';
import { ALL } from './tags.js';

interface Mark {
  removed: number;
  /** Oldest first: the first one after its position is what made a response stale. */
  readonly staled: { readonly position: number; readonly at: number }[];
}

/** What was invalidated as stale more often than this, and never refreshed in between, is removed. */
const MAX_STALED = 8;

/**
 * The invalidation log of one process: a counter, and a table of the last position at which each name was
 * invalidated. When the table is full its oldest name goes and the floor rises to that name's position: older
 * entries become misses, which is the safe side of forgetting.
 */
export function createProcessLog(options: {
  readonly clock: Clock;
  /** Names remembered exactly. Default 100,000: about 30 MB in the worst case. */
  readonly maxNames?: number;
}): InvalidationLog {
  const { clock, maxNames = 100_000 } = options;
  const marks = new Map<string, Mark>();
  let position = 0;
  let floor = 0;

  function mark(name: string, mode: InvalidationMode): void {
    const last = marks.get(name) ?? { removed: -1, staled: [] };
    if (mode === 'stale') last.staled.push({ position, at: clock.now() });
    else Object.assign(last, { removed: position, staled: [] });
    if (last.staled.length > MAX_STALED) last.removed = last.staled.shift()!.position;
    marks.delete(name);
    marks.set(name, last);
    if (marks.size > maxNames) forgetOldest();
  }

  function forgetOldest(): void {
    for (const [name, { removed, staled }] of marks) {
      marks.delete(name);
      floor = Math.max(floor, removed, staled.at(-1)?.position ?? 0);
      return;
    }
  }

  function since(name: string, filled: number): number {
    const last = marks.get(name);
    if (last === undefined) return Infinity;
    if (last.removed > filled) return REMOVED;
    return last.staled.find((staled) => staled.position > filled)?.at ?? Infinity;
  }

  return {
    id: randomUUID(),
    get position() {
      return position;
    },
    append(names, mode) {
      position++;
      if (mode === 'remove' && names.includes(ALL)) {
        marks.clear();
        floor = position;
      } else for (const name of names) mark(name, mode);
      return position;
    },
    staleSince(filled, names) {
      if (filled === position) return Infinity;
      // A position beyond the last one is not of this log: damaged or made up.
      if (filled < floor || filled > position) return REMOVED;
      let earliest = since(ALL, filled);
      for (const name of names) earliest = Math.min(earliest, since(name, filled));
      return earliest;
    },
  };
}
