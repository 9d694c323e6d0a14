/** Plain integers, counted on every request; `cache.stats()` reads them. */
export interface Counters {
  hits: number;
  stale: number;
  misses: number;
  collapsed: number;
  stored: number;
  refreshes: number;
  invalidations: number;
  evictions: number;
  readonly bypass: Map<string, number>;
  readonly notStored: Map<string, number>;
}

export function createCounters(): Counters {
  const zeros = {
    hits: 0,
    stale: 0,
    misses: 0,
    collapsed: 0,
    stored: 0,
    refreshes: 0,
    invalidations: 0,
    evictions: 0,
  };
  return { ...zeros, bypass: new Map(), notStored: new Map() };
}

/** Adds one to the count of a reason. */
export function count(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
