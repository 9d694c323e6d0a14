import { type InvalidationMode, REMOVED } from './log.js';
import { ALL } from './tags.js';

/** When each name was last invalidated, as positions of one log. */
export interface InvalidationTable {
  /** What was filled before this position is invalid: too little is known of what happened since. */
  readonly floor: number;
  /** Notes an invalidation. In any order and any number of times: the latest one counts. `at`: Unix milliseconds. */
  mark(names: readonly string[], mode: InvalidationMode, position: number, at: number): void;
  raiseFloor(position: number): void;
  /** See `InvalidationLog.staleSince`. */
  staleSince(filled: number, names: readonly string[]): number;
  /** The names that were invalidated in this mode after `from` and before `to`, and not since. */
  between(from: number, to: number, mode: InvalidationMode): readonly string[];
}

interface Mark {
  removed: number;
  /** By position: the first one after its position is what made a response stale. */
  staled: readonly { readonly position: number; readonly at: number }[];
}

/** What was invalidated as stale more often than this, and never refreshed in between, is removed. */
const MAX_STALED = 8;

/**
 * Makes an empty table. When it is full its oldest name goes and the floor rises to that name's position: older
 * entries become misses, which is the safe side of forgetting. `maxNames`: 100,000 take about 30 MB at worst.
 */
export function createInvalidationTable(maxNames = 100_000): InvalidationTable {
  const marks = new Map<string, Mark>();
  let floor = 0;
  // The last invalidation of everything, or of a name that was forgotten.
  let unnamed = 0;

  function markOne(name: string, mode: InvalidationMode, position: number, at: number): void {
    const last = marks.get(name) ?? { removed: -1, staled: [] };
    if (mode === 'remove') last.removed = Math.max(last.removed, position);
    else last.staled = withStale(last.staled, position, at);
    if (last.staled.length > MAX_STALED) last.removed = Math.max(last.removed, last.staled[0]!.position);
    last.staled = last.staled.filter((staled) => staled.position > last.removed);
    marks.delete(name);
    marks.set(name, last);
    if (marks.size > maxNames) forgetOldest();
  }

  function forgetOldest(): void {
    for (const [name, mark] of marks) {
      marks.delete(name);
      raiseUnnamed(lastOf(mark));
      return;
    }
  }

  function raiseUnnamed(position: number): void {
    unnamed = Math.max(unnamed, position);
    floor = Math.max(floor, position);
  }

  function since(name: string, filled: number): number {
    const last = marks.get(name);
    if (last === undefined) return Infinity;
    if (last.removed > filled) return REMOVED;
    return last.staled.find((staled) => staled.position > filled)?.at ?? Infinity;
  }

  return {
    get floor() {
      return floor;
    },
    mark(names, mode, position, at) {
      if (mode === 'remove' && names.includes(ALL)) {
        raiseUnnamed(position);
        for (const [name, mark] of marks) if (lastOf(mark) <= position) marks.delete(name);
      } else for (const name of names) markOne(name, mode, position, at);
    },
    raiseFloor(position) {
      floor = Math.max(floor, position);
    },
    staleSince(filled, names) {
      if (filled < floor) return REMOVED;
      let earliest = since(ALL, filled);
      for (const name of names) earliest = Math.min(earliest, since(name, filled));
      return earliest;
    },
    between(from, to, mode) {
      const isIn = (position: number): boolean => position > from && position < to;
      const names = [...marks].filter(([, mark]) => lastIn(mark, isIn) === mode).map(([name]) => name);
      return mode === 'remove' && isIn(unnamed) ? [ALL, ...names] : names;
    },
  };
}

// By position. One that came out of turn was known no later than those that follow it.
function withStale(staled: Mark['staled'], position: number, at: number): Mark['staled'] {
  if (staled.some((known) => known.position === position)) return staled;
  const later = staled.filter((known) => known.position > position);
  const earlier = staled.filter((known) => known.position < position);
  return [...earlier, { position, at: Math.min(at, later[0]?.at ?? at) }, ...later];
}

function lastOf({ removed, staled }: Mark): number {
  return Math.max(removed, staled.at(-1)?.position ?? -1);
}

function lastIn(
  { removed, staled }: Mark,
  isIn: (position: number) => boolean,
): InvalidationMode | undefined {
  if (isIn(removed)) return 'remove';
  return isIn(staled.at(-1)?.position ?? -1) ? 'stale' : undefined;
}
