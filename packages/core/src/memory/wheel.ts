import type { Clock } from '../clock.js';
import type { Columns } from './columns.js';
import { createLists } from './lists.js';

/** Entries in the order of their deadlines, as near as seconds: each call takes constant time, whatever their number. */
export interface Wheel {
  /** Entries that have a deadline. */
  readonly entries: number;
  /**
   * Files an entry that is worth nothing from `deadline` on, Unix milliseconds. One without an end (`Infinity`), or
   * later than the year 2106, is not filed.
   */
  add(slot: number, deadline: number): void;
  /** Takes an entry out, if it was filed. */
  remove(slot: number): void;
  /**
   * Catches up with the clock and calls `expired` for entries whose deadline has passed, which has to remove them.
   * Ends after `most` steps: false when there is more to do.
   */
  advance(most: number, expired: (slot: number) => void): boolean;
}

// Seconds as six digits to the base of 64; the last level has the two bits that are left of 32.
const DIGIT_BITS = 6;
const BUCKETS = 64;
const LEVELS = 6;
const NO_DEADLINE = 0;
const LAST_SECOND = 0xffff_ffff;

/**
 * A hierarchical timer wheel (Varghese & Lauck 1987). Time is a number with six digits, and an entry lies in the
 * bucket of the first digit in which its deadline differs from the present. When the present reaches that digit,
 * the entry moves on to the bucket of the next one that differs; when none differs, its time has come.
 */
export function createWheel(columns: Columns, clock: Clock): Wheel {
  const buckets = createLists(columns, LEVELS * BUCKETS);
  const deadlines = columns.column(Uint32Array);
  let entries = 0;
  let present = 0;

  function file(slot: number): void {
    const deadline = deadlines.cells[slot]!;
    const level = Math.max(0, Math.floor((31 - Math.clz32(present ^ deadline)) / DIGIT_BITS));
    buckets.addLast(bucketAt(level, deadline), slot);
  }

  // A bucket above the lowest level comes up when all digits below have just become zero.
  function nextOfPresent(): number {
    for (let level = 0; level < LEVELS; level++) {
      const slot = buckets.first(bucketAt(level, present));
      if (slot >= 0 || digitAt(level, present) !== 0) return slot;
    }
    return -1;
  }

  return {
    get entries() {
      return entries;
    },
    add(slot, deadline) {
      const second = Math.ceil(deadline / 1000);
      deadlines.cells[slot] = NO_DEADLINE;
      if (!(second <= LAST_SECOND)) return;
      if (entries++ === 0) present = secondOf(clock);
      deadlines.cells[slot] = Math.max(second, present + 1);
      file(slot);
    },
    remove(slot) {
      if (deadlines.cells[slot] === NO_DEADLINE) return;
      deadlines.cells[slot] = NO_DEADLINE;
      buckets.remove(slot);
      entries--;
    },
    advance(most, expired) {
      const end = secondOf(clock);
      for (let step = 0; step < most; step++) {
        if (entries === 0) return true;
        const slot = nextOfPresent();
        if (slot < 0 && present >= end) return true;
        if (slot < 0) present++;
        else if (deadlines.cells[slot]! <= present) expired(slot);
        else {
          buckets.remove(slot);
          file(slot);
        }
      }
      return false;
    },
  };
}

function secondOf(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

function digitAt(level: number, second: number): number {
  return (second >>> (level * DIGIT_BITS)) % BUCKETS;
}

function bucketAt(level: number, second: number): number {
  return level * BUCKETS + digitAt(level, second);
}
