import { type InvalidationMode, REMOVED } from './log.js';
import { ALL } from './tags.js';

/** Invalidations of this process that the log may not have yet: their names are invalid here, whatever their position. */
export interface Pending {
  /** Returns how to take it back. `at`: Unix milliseconds. */
  add(names: readonly string[], mode: InvalidationMode, at: number): () => void;
  /** Like `InvalidationLog.staleSince`, for whatever carries these names. */
  staleSince(names: readonly string[]): number;
}

interface Counts {
  removes: number;
  stales: number;
  readonly at: number;
}

export function createPending(): Pending {
  const byName = new Map<string, Counts>();

  function change(names: readonly string[], mode: InvalidationMode, at: number, by: 1 | -1): void {
    for (const name of names) {
      const counts = byName.get(name) ?? { removes: 0, stales: 0, at };
      if (mode === 'remove') counts.removes += by;
      else counts.stales += by;
      if (counts.removes + counts.stales > 0) byName.set(name, counts);
      else byName.delete(name);
    }
  }

  function since(name: string): number {
    const counts = byName.get(name);
    if (counts === undefined) return Infinity;
    return counts.removes > 0 ? REMOVED : counts.at;
  }

  return {
    add(names, mode, at) {
      change(names, mode, at, 1);
      return () => change(names, mode, at, -1);
    },
    staleSince(names) {
      if (byName.size === 0) return Infinity;
      return names.reduce((earliest, name) => Math.min(earliest, since(name)), since(ALL));
    },
  };
}
