import type { Clock } from '../clock.js';
import { REMOVED } from './log.js';
import type { Applied } from './process-log.js';
import type { InvalidationTable } from './table.js';
import type { LogPage, LogRecord } from './transport.js';

/** How far one process followed the log, and what it must do about what it saw. */
export interface Follower {
  /** The last record that was applied; 0 before the first. */
  readonly position: number;
  /** The last record that is known to be in the log: one of this process may be acknowledged before it is read. */
  readonly known: number;
  /** How often records were missing. */
  readonly gaps: number;
  /** Applies what a read found that was sent when `known` was this. Reads may be answered late and in any order. */
  apply(page: LogPage, known: number): PageState;
  /** Applies a record of this process, if it follows the last one that was applied; else a read will bring it. */
  applyOwn(record: LogRecord): void;
  /** What this process applied and the log lost, once. */
  takeLoss(): Loss | undefined;
  staleSince(filled: number, names: readonly string[]): number;
}

/**
 * What a page says of the log. `good`: all that lies in it is applied. `missing`: there is no log. `lost`: it ends
 * before what this process applied, so that it cannot be told what else it lost.
 */
export type PageState = 'good' | 'missing' | 'lost';

/** Ids between these two, which the log does not have any more. */
export interface Loss {
  readonly from: number;
  readonly to: number;
}

// Appends may work while reads do not.
const MAX_AHEAD = 1000;

/**
 * Follows the sequence by the chain of predecessors: a record whose `previous` is not the last one applied means
 * that some are missing (trimmed, evicted, lost at a failover, or this process is new). Then the floor rises, and
 * what was stored before is invalid: nothing missing is ever read as "never invalidated".
 */
export function createFollower(clock: Clock, table: InvalidationTable, applied?: Applied): Follower {
  // Records of this process that were acknowledged and not read yet.
  const ahead = new Set<number>();
  let latest = 0;
  let position = 0;
  let gaps = 0;
  let loss: Loss | undefined;

  function apply({ id, previous, names, mode }: LogRecord): void {
    if (id <= position) return;
    if (previous !== position || position === 0) bridge(id, previous);
    for (const own of ahead) {
      if (own < id) lose(previous, id);
      if (own <= id) ahead.delete(own);
    }
    position = id;
    table.mark(names, mode, id, clock.now());
    applied?.(names, mode, id);
  }

  /** Raises the floor over what is missing between the last record and this one. */
  function bridge(id: number, previous: number): void {
    if (position > 0) gaps++;
    if (previous > position) return table.raiseFloor(previous);
    table.raiseFloor(id);
    if (previous > 0 && previous < position) lose(previous, id);
  }

  function lose(from: number, to: number): void {
    loss = { from: Math.min(from, loss?.from ?? from), to: Math.max(to, loss?.to ?? to) };
  }

  return {
    get position() {
      return position;
    },
    get gaps() {
      return gaps;
    },
    get known() {
      return Math.max(position, latest);
    },
    apply({ records, last }, known) {
      const end = Math.max(last, records.at(-1)?.id ?? 0);
      for (const record of records) apply(record);
      if (end === 0) return 'missing';
      if (end >= known) return 'good';
      lose(end, Infinity);
      return 'lost';
    },
    applyOwn(record) {
      if (record.previous === position) return apply(record);
      table.mark(record.names, record.mode, record.id, clock.now());
      if (record.id <= position) return;
      latest = Math.max(latest, record.id);
      if (ahead.size < MAX_AHEAD) ahead.add(record.id);
    },
    takeLoss() {
      const found = loss;
      loss = undefined;
      return found;
    },
    // Whoever is ahead of this process may know of invalidations that it does not.
    staleSince: (filled, names) => (filled > position ? REMOVED : table.staleSince(filled, names)),
  };
}
