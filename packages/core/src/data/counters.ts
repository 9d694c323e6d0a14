/** What the look-ups of the data cache came to, since the cache was made. Every look-up counts in one of the first four. */
export interface DataStats {
  /** Look-ups that were answered with a fresh value. Those of many keys count one each. */
  readonly hits: number;
  /** Look-ups that were answered with a stale value: while it was loaded anew, or because that failed or was late. */
  readonly stale: number;
  /** Look-ups for which nothing was there: `wrap` loaded a value or failed to, `get` found none. */
  readonly misses: number;
  /** Look-ups that the filter of a source has answered: there is no such value. */
  readonly filtered: number;
  /** Of the hits those that waited for the load of another look-up, of this or of another process. */
  readonly collapsed: number;
  /** Hits and stale ones among all look-ups: 0 to 1, 0 when there were none. */
  readonly hitRatio: number;
  /** Loads that were started. One for many keys counts once for each key. */
  readonly loads: number;
  /** Of the loads those in the background, behind a value that was served. */
  readonly refreshes: number;
  /** Loads that threw, or were given up after `timeout.hard`. */
  readonly failures: number;
}

/** {@link DataStats} as they are counted: plain integers. */
export type DataCounters = { -readonly [Name in Exclude<keyof DataStats, 'hitRatio'>]: number };

export function createDataCounters(): DataCounters {
  return {
    hits: 0,
    stale: 0,
    misses: 0,
    filtered: 0,
    collapsed: 0,
    loads: 0,
    refreshes: 0,
    failures: 0,
  };
}

export function dataStatsOf(counters: DataCounters): DataStats {
  const { hits, stale, misses, filtered } = counters;
  const all = hits + stale + misses + filtered;
  return { ...counters, hitRatio: all === 0 ? 0 : (hits + stale) / all };
}
