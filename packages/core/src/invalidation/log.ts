/**
 * What was invalidated, and when. "When" is a position in a growing sequence, never a clock: a fill notes the
 * position before its handler starts, and what it stores is valid only while none of its names was invalidated
 * after that position. So an invalidation that was acknowledged cannot be undone by an older fill.
 */

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
  /** Adds an invalidation of these names (see `tags.ts`) and returns its position. */
  append(names: readonly string[], mode: InvalidationMode): number;
  /**
   * Since when (Unix milliseconds) something with these names, filled at this position, is stale because of an
   * invalidation: `Infinity` when nothing invalidated it, {@link REMOVED} when it must never be served again.
   */
  staleSince(position: number, names: readonly string[]): number;
}
