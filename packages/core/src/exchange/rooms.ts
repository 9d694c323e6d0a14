import type { AdviceCode } from '../advice.js';
import type { Clock } from '../clock.js';
import type { Emitter } from '../events.js';
import type { InvalidationLog, InvalidationMode } from '../invalidation/log.js';
import type { Codings } from './codings.js';
import type { Counters } from './counters.js';
import type { Flights } from './flights.js';
import type { Leases } from './leases.js';
import type { Refresher } from './refresh.js';
import type { Scope } from './scope.js';
import type { Storage } from './storage.js';
import type { Uncacheables } from './uncacheables.js';

/** What one cache consists of; `cache.ts` puts it together, the files of this folder use it. */
export interface Rooms {
  /** The cache's name in Cache-Status. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: InvalidationLog;
  readonly storage: Storage;
  readonly codings: Codings;
  readonly flights: Flights;
  /** Absent when the store has none. */
  readonly leases?: Leases | undefined;
  readonly uncacheables: Uncacheables;
  readonly refresher: Refresher;
  readonly events: Emitter;
  readonly counters: Counters;
  /** Notes what handlers look up in the data cache. Absent: nothing does. */
  readonly scope?: Scope;
  /** Names with all that they depend on. */
  readonly above?: (names: readonly string[]) => readonly string[];
  /** Names a mistake in the set-up, once. */
  readonly advise: (code: AdviceCode) => void;
  /** Makes an invalidation known and counts it: in effect here at once, elsewhere when the log has it. A failure is an event. */
  readonly invalidate: (names: readonly string[], mode?: InvalidationMode) => void;
}
