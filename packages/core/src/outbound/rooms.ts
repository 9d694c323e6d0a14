import type { Clock } from '../clock.js';
import { createRetries, type Retries } from '../data/retries.js';
import type { Emitter } from '../events.js';
import type { Scope } from '../exchange/scope.js';
import type { Storage } from '../exchange/storage.js';
import { createUncacheables, type Uncacheables } from '../exchange/uncacheables.js';
import type { InvalidationLog } from '../invalidation/log.js';
import { type Calls, createCalls } from './calls.js';

/** What outbound requests need of a cache. */
export interface FetchHome {
  /** The cache's name in Cache-Status. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: InvalidationLog;
  readonly storage: Storage;
  readonly scope: Scope;
  readonly events: Emitter;
  /** Names with all that they depend on. */
  readonly above: (names: readonly string[]) => readonly string[];
  /** Makes an invalidation known; a failure is an event. */
  readonly invalidate: (names: readonly string[]) => void;
}

/** The same with what all functions that one cache has made share. */
export interface FetchRooms extends FetchHome {
  readonly calls: Calls;
  /** Answers whose server has failed a moment ago. */
  readonly retries: Retries;
  readonly uncacheables: Uncacheables;
  /** Ends each of the refreshes that are under way. */
  readonly refreshing: Set<() => void>;
}

export function createFetchRooms(home: FetchHome): FetchRooms {
  const { clock, log } = home;
  return {
    ...home,
    calls: createCalls(clock, log),
    retries: createRetries(clock),
    uncacheables: createUncacheables(clock),
    refreshing: new Set(),
  };
}
