import type { Clock } from '../clock.js';
import type { Emitter } from '../events.js';
import type { Scope } from '../exchange/scope.js';
import type { InvalidationLog } from '../invalidation/log.js';
import type { DataCounters } from './counters.js';
import type { InTurn } from './in-turn.js';
import type { Loads } from './loads.js';
import type { LookUp } from './look-up.js';
import type { Make } from './make.js';
import type { Retries } from './retries.js';
import type { Values } from './values.js';

/** What the data cache consists of; `data.ts` puts it together. */
export interface DataRooms {
  readonly values: Values;
  readonly loads: Loads;
  readonly retries: Retries;
  readonly lookUp: LookUp;
  readonly make: Make;
  /** Absent: each process loads for itself. */
  readonly inTurn: InTurn | undefined;
  readonly scope: Scope;
  readonly log: InvalidationLog;
  readonly clock: Clock;
  readonly events: Pick<Emitter, 'emit'>;
  readonly counters: DataCounters;
  /** 0 to 1. */
  readonly random: () => number;
  /** Milliseconds; `undefined` when there is none. */
  readonly defaultTtl: number | undefined;
}
