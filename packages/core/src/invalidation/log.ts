/**
 * What was invalidated, and when. "When" is a position in a growing sequence, never a clock: a fill notes the
 * position before its handler starts, and what it stores is valid only while none of its names was invalidated
 * after that position. So an invalidation that was acknowledged cannot be undone by an older fill.
 */

import type { Durability } from './transport.js';

/** `remove`: never served again. `stale`: may be served while it is refreshed. */
export type InvalidationMode = 'remove' | 'stale';

/** The answer of {@link InvalidationLog.staleSince} for what must never be served again. */
export const REMOVED: number = -Infinity;

/** The order of invalidations, as one process knows it. */
export interface InvalidationLog {
  /** Which sequence the positions belong to. Positions of two logs cannot be compared. */
  readonly id: string;
  /** The last invalidation that this process applied. */
  readonly position: number;
  /** Milliseconds that may pass before this process hears of another's invalidation; 0 when there is no other process, or no such time. */
  readonly maxStaleness: number;
  /**
   * Adds an invalidation of these names (see `tags.ts`). When the call returns they are invalid in this process;
   * the promise resolves to the position when the log has it.
   * @throws ShelflifeError `ERR_NOT_ACKNOWLEDGED` (as a rejection) when that is not known in time.
   */
  append(names: readonly string[], mode: InvalidationMode, durability?: Durability): Promise<number>;
  /**
   * Since when (Unix milliseconds) something with these names, filled at this position, is stale because of an
   * invalidation: `Infinity` when nothing invalidated it, {@link REMOVED} when it must never be served again.
   */
  staleSince(position: number, names: readonly string[]): number;
  /**
   * Whether what this process knows is recent enough to serve what is stored. `undefined`: it is. Else wait: true,
   * it is now; false, the log cannot be asked. Takes no longer than a deadline and never rejects. `token`: a
   * position that must be known; 0 or none for those who wait for no invalidation of their own.
   */
  confirm(token?: number): undefined | Promise<boolean>;
  readonly health: LogHealth;
  /** Lets what is being appended arrive, as far as the deadline allows, and stops. */
  close(): Promise<void>;
}

/** How well a process follows the log. */
export interface LogHealth {
  /** `lagging`: what is known is too old to serve from. `down`: and the log cannot be reached. */
  readonly state: 'live' | 'lagging' | 'down';
  /** Milliseconds since the last read that succeeded was sent; `Infinity` when none did. */
  readonly lagMs: number;
  /** How often records were missing, so that what had been stored before became invalid. */
  readonly gaps: number;
}
