import type { InvalidationMode } from './log.js';

/**
 * How invalidations travel between processes: a growing sequence of records on a server that all of them reach. A
 * transport only adds and reads; what follows from that is decided by `shared-log.ts`. `logSuite()` of
 * `@shelflife/core/testing` checks what is asked here.
 */
export interface LogTransport {
  /**
   * Names the sequence, the same for all processes that use it: ids of two sequences cannot be compared. 1 to 100
   * visible ASCII characters.
   */
  readonly id: string;
  /**
   * Adds a record behind the last one, in one step: its id is above `known`, above the id of the last record and,
   * as far as the server can tell after it lost the sequence, above every id it ever gave (start from its clock).
   * `previous` of the record is the id of the record before it, 0 when there is none.
   *
   * Resolves when the server has the record and rejects when that is not known. It never repeats itself: a record
   * that is sent again later would do no harm, but nobody waits for it. With `'replicated'` the answer also says
   * whether a replica has it.
   */
  append(
    record: { readonly names: readonly string[]; readonly mode: InvalidationMode },
    known: number,
    durability: Durability,
  ): Promise<Appended>;
  /**
   * Records with ids above `after`, oldest first, at most `limit` of them and none left out in between. 0 means
   * from the oldest that is there. Waits up to `waitMs` for the first one; a read with 0 answers at once and does
   * not queue behind one that waits. What the primary server says at or after this call: never a replica, never
   * an answer from before.
   */
  read(after: number, limit: number, waitMs: number): Promise<LogPage>;
  /** Releases connections. May be called more than once; reads that wait may reject. */
  close(): Promise<void>;
}

/** Who must have a record before it counts as acknowledged: the server, or one of its replicas as well. */
export type Durability = 'primary' | 'replicated';

/** A record that the server took. Ids are positive safe integers. */
export interface Appended {
  readonly id: number;
  readonly previous: number;
  /** Whether a replica has it too; absent when that was not asked for. */
  readonly replicated?: boolean;
}

/** One invalidation as it lies in the sequence. */
export interface LogRecord {
  readonly id: number;
  /** The record before it when it was added: how a reader notices that something is missing. */
  readonly previous: number;
  /** What was invalidated, in the words of `tags.ts`. */
  readonly names: readonly string[];
  readonly mode: InvalidationMode;
}

/** What one read found. */
export interface LogPage {
  readonly records: readonly LogRecord[];
  /** The id of the last record of the whole sequence at the time of the read; 0: it is empty, or not there. */
  readonly last: number;
}
