/**
 * Decides which entry of a full table goes next. A policy knows keys and sizes only; the table that asks it
 * owns the values and keeps both in step: every key in the table was added once and not yet removed.
 */
export interface EvictionPolicy {
  /** An entry was added; the key is not known yet. `size`: bytes it is charged with. */
  add(key: string, size: number): void;
  /** An entry was read. */
  touch(key: string): void;
  /** An entry left the table, whether it was evicted, replaced or deleted. */
  remove(key: string): void;
  /** The entry that goes next, or `undefined` when there is none. Asking changes nothing. */
  victim(): string | undefined;
  /** All entries left the table. */
  clear(): void;
}
