import type { Duration } from '@shelflife/core';
import type { Answered, Invalidation } from '../chaos/history.js';

/** What a process of the data cache is started with. */
export interface DataWorkerOptions {
  readonly url: string;
  readonly maxStaleness: Duration;
}

/** What it can be asked for; each call is answered with its result. */
export interface DataWorkerCalls {
  /** Resolves when it follows the log; to a token, `confirm(token)`. */
  confirm(token?: string): boolean;
  /** Looks a key up, all of them many times; a load takes `loadMs`. With `dies` the process ends in its load. */
  wrap(keys: readonly string[], times: number, loadMs: number, dies?: boolean): readonly number[];
  /** Keeps a value with these tags, of which the first depends on `on` as far as this process knows. */
  keep(key: string, tags: readonly string[], on?: string): void;
  has(key: string): boolean;
  /** Invalidates a tag; its token. */
  invalidate(tag: string): string;
  /** Loads that were run. */
  loads(): number;
  /** Plays at random for a while. */
  race(seed: number, ms: number): RaceHistory;
}

/** An answer. `set`: the call that its value comes from, if it is none of a load. */
export interface RaceAnswer extends Answered {
  readonly set?: string | undefined;
}

/** What happened in one process, with times on the clock that all share. */
export interface RaceHistory {
  readonly answers: readonly RaceAnswer[];
  /** When each call of `set` was acknowledged. */
  readonly sets: Readonly<Record<string, number>>;
  readonly invalidations: readonly Invalidation[];
  /** How often each kind of step was taken. */
  readonly steps: Readonly<Record<string, number>>;
  /** What must not happen: anything that was thrown, but for an invalidation that was not acknowledged. */
  readonly errors: readonly string[];
}
