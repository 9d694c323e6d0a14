import { type DataCounters, dataStatsOf, type DataStats } from './data/counters.js';
import type { Counters } from './exchange/counters.js';
import type { LogHealth } from './invalidation/log.js';

/** What a cache did since it was made, and what it holds now. */
export interface CacheStats {
  /** Answers from the cache that were fresh. */
  readonly hits: number;
  /** Answers from the cache that were stale, by the rule's leave. */
  readonly stale: number;
  /** Requests that went to the handler because nothing was there for them. */
  readonly misses: number;
  /** Of the hits those that waited for another request's answer. */
  readonly collapsed: number;
  /** Answers from the cache among those that could have been: 0 to 1, 0 when there were none. */
  readonly hitRatio: number;
  /** Requests that neither read nor filled the cache, by reason. */
  readonly bypass: Readonly<Record<string, number>>;
  /** Answers stored. */
  readonly stored: number;
  /** Answers not stored, by reason. */
  readonly notStored: Readonly<Record<string, number>>;
  /** Background refreshes started. */
  readonly refreshes: number;
  /** Invalidations, those by unsafe methods included. */
  readonly invalidations: number;
  /** Handlers at work on an answer that others may wait for. */
  readonly flights: number;
  /** How well this process follows the invalidations; without a shared log always `live`. */
  readonly log: LogHealth;
  /** Look-ups of the data cache: `wrap`, `wrapMany`, `get`, sources, methods and queries. What is above counts answers only. */
  readonly data: DataStats;
  /** The memory tier. `bytes` counts keys and overhead. */
  readonly memory: {
    readonly bytes: number;
    readonly maxBytes: number;
    readonly entries: number;
    readonly evictions: number;
  };
}

/** Puts the counters and the state of the tiers together. */
export function statsOf(
  counters: Counters,
  now: {
    readonly flights: number;
    readonly log: LogHealth;
    readonly data: DataCounters;
    readonly bytes: number;
    readonly maxBytes: number;
    readonly entries: number;
  },
): CacheStats {
  const { hits, stale, misses, collapsed, stored, refreshes, invalidations, evictions } = counters;
  const answered = hits + stale;
  const hitRatio = answered === 0 ? 0 : answered / (answered + misses);
  const { bytes, maxBytes, entries } = now;
  return {
    hits,
    stale,
    misses,
    collapsed,
    hitRatio,
    stored,
    refreshes,
    invalidations,
    flights: now.flights,
    log: now.log,
    bypass: Object.fromEntries(counters.bypass),
    notStored: Object.fromEntries(counters.notStored),
    data: dataStatsOf(now.data),
    memory: { bytes, maxBytes, entries, evictions },
  };
}
