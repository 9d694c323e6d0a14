import type { Clock } from '../clock.js';
import { createChore } from './chore.js';
import { type Contents, createContents } from './contents.js';
import { costOf } from './cost.js';
import type { PolicyFactory } from './policy.js';
import type { Codec } from './values.js';

/** Values by key within a budget of bytes. Every call takes constant time, whatever the number of entries. */
export interface MemoryTable<T> {
  /** The value, which counts as a use of it. It may be past its deadline by a second or two: what it is worth is for the reader to judge. */
  get(key: string): T | undefined;
  /** The value, without telling the policy. */
  peek(key: string): T | undefined;
  /**
   * Keeps a value of `size` bytes, in place of the one with the same key, and evicts others to make room. It is
   * freed after `deadline`, Unix milliseconds, when nobody asks for it any more; default: never. False when it is
   * larger than the whole budget or the policy thinks it worth less than what would have to leave: then it is not
   * kept, the old value of this key is gone and the other entries stay.
   */
  set(key: string, value: T, size: number, deadline?: number): boolean;
  /** False when there was nothing to delete. */
  delete(key: string): boolean;
  /** Takes as long as for an empty table: the memory is freed little by little. */
  clear(): void;
  /** Bytes in use; keys and overhead are counted. */
  readonly size: number;
  readonly entries: number;
}

/** What a table may hold and who leaves it first. */
export interface MemoryTableOptions<T> {
  /** Bytes, keys and overhead included. */
  readonly maxSize: number;
  readonly maxEntries: number;
  readonly policy: PolicyFactory;
  readonly clock: Clock;
  /** What an entry is charged with: whole bytes. Default {@link costOf}. */
  readonly costOf?: (key: string, size: number) => number;
  /** Keeps values outside of the heap, but for those in use. Default: every value is kept as it is. */
  readonly codec?: Codec<T>;
  /** Called after an entry had to make room. `size`: bytes that became free. Not called for deleted, replaced or expired ones. */
  readonly onEvict?: (key: string, size: number) => void;
}

interface Evicted {
  readonly key: string;
  readonly cost: number;
}

/** Expired entries that are freed in one turn of the event loop: half a millisecond of work. */
const PORTION = 500;

/** Makes an empty table. Its size never exceeds `maxSize` when a call has returned. */
export function createMemoryTable<T>(options: MemoryTableOptions<T>): MemoryTable<T> {
  const { maxSize, maxEntries, onEvict, costOf: charge = costOf } = options;
  const emptied = (): Contents<T> => createContents(options.policy, options);
  let contents = emptied();
  let size = 0;

  const expiry = createChore(options.clock, () => {
    const isDone = contents.wheel.advance(PORTION, drop);
    if (contents.wheel.entries === 0) return 'done';
    return isDone ? 'later' : 'more';
  });

  const used = (): number => size + contents.values.sizeOfObjects(contents.slots.size);
  const isTooLarge = (cost: number): boolean => !(cost + contents.values.sizeOfObjects(1) <= maxSize);

  function drop(slot: number): void {
    contents.policy.remove(slot);
    release(slot);
  }

  // The policy knows nothing of this slot, or no more.
  function release(slot: number): void {
    const { slots, keys, cost, wheel, giveBack } = contents;
    slots.delete(keys[slot]!);
    size -= cost.cells[slot]!;
    wheel.remove(slot);
    giveBack(slot);
  }

  function fill(slot: number, value: T, cost: number, deadline: number): void {
    contents.values.set(slot, value);
    contents.cost.cells[slot] = cost;
    contents.wheel.remove(slot);
    contents.wheel.add(slot, deadline);
    size += cost;
    if (contents.wheel.entries > 0) expiry.start();
  }

  function insert(key: string, value: T, cost: number, deadline: number): readonly Evicted[] | undefined {
    const { slots, keys, policy, take, giveBack } = contents;
    const slot = take();
    keys[slot] = key;
    contents.cost.cells[slot] = cost;
    if (policy.admits?.(slot, used() + cost - maxSize) === false) {
      giveBack(slot);
      return undefined;
    }
    slots.set(key, slot);
    fill(slot, value, cost, deadline);
    const evicted = makeRoom(slot);
    policy.add(slot);
    return evicted;
  }

  function replace(slot: number, value: T, cost: number, deadline: number): readonly Evicted[] {
    size -= contents.cost.cells[slot]!;
    fill(slot, value, cost, deadline);
    contents.policy.replaced(slot);
    return makeRoom(slot);
  }

  // The newest entry stays: when its turn comes, it goes to the end of the queue as if it were new.
  function makeRoom(newest: number): readonly Evicted[] {
    const { slots, keys, cost, policy } = contents;
    const evicted: Evicted[] = [];
    let isOut = false;
    while (used() > maxSize || slots.size > maxEntries) {
      const slot = policy.victim();
      policy.remove(slot);
      if (slot === newest) isOut = true;
      else {
        evicted.push({ key: keys[slot]!, cost: cost.cells[slot]! });
        release(slot);
      }
    }
    if (isOut) policy.add(newest);
    return evicted;
  }

  return {
    get(key) {
      const slot = contents.slots.get(key);
      if (slot === undefined) return undefined;
      contents.policy.touch(slot);
      return contents.values.get(slot);
    },
    peek(key) {
      const slot = contents.slots.get(key);
      return slot === undefined ? undefined : contents.values.get(slot);
    },
    set(key, value, valueSize, deadline = Infinity) {
      const slot = contents.slots.get(key);
      const cost = charge(key, valueSize);
      // Written so that NaN is refused.
      if (!(valueSize >= 0 && maxEntries >= 1) || isTooLarge(cost)) {
        if (slot !== undefined) drop(slot);
        return false;
      }
      const evicted =
        slot === undefined ? insert(key, value, cost, deadline) : replace(slot, value, cost, deadline);
      // Last, when the table is in order again: a listener may use it.
      if (onEvict) for (const entry of evicted ?? []) onEvict(entry.key, entry.cost);
      return evicted !== undefined;
    },
    delete(key) {
      const slot = contents.slots.get(key);
      if (slot !== undefined) drop(slot);
      return slot !== undefined;
    },
    clear() {
      expiry.stop();
      contents = emptied();
      size = 0;
    },
    get size() {
      return used();
    },
    get entries() {
      return contents.slots.size;
    },
  };
}
