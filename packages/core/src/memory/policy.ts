import type { Column, Columns } from './columns.js';

/**
 * Decides which entry of a full table goes next. It knows slots, what each is charged with, and keys; the values
 * belong to the table, which calls `add` and `remove` once for each entry and keeps both in step.
 */
export interface EvictionPolicy {
  /**
   * Whether a newcomer is worth those that have to leave for it. Asked once for each, before they leave and before
   * `add`; absent: always. `missing`: bytes that have to become free.
   */
  admits?(slot: number, missing: number): boolean;
  /** A new entry came in. */
  add(slot: number): void;
  /** An entry was read. */
  touch(slot: number): void;
  /** The value of an entry was replaced, which counts as a use of it; what it is charged with may be another. */
  replaced(slot: number): void;
  /** An entry left, for whatever reason. */
  remove(slot: number): void;
  /** The entry that goes next. The table is not empty; asking again before anything else happens gives the same. */
  victim(): number;
}

/** What a policy may see of its table. */
export interface PolicyView {
  /** Where it puts its own columns. */
  readonly columns: Columns;
  /** Bytes that each entry is charged with. */
  readonly cost: Column<Float64Array>;
  /** Bytes that the table may hold. */
  readonly maxSize: number;
  readonly keyOf: (slot: number) => string;
}

/** Makes the policy of one table; called again when the table is cleared. */
export type PolicyFactory = (view: PolicyView) => EvictionPolicy;
