import type { Clock } from '../clock.js';
import { type Column, createColumns } from './columns.js';
import type { EvictionPolicy, PolicyFactory } from './policy.js';
import { type Codec, createObjects, createPacked, type Values } from './values.js';
import { createWheel, type Wheel } from './wheel.js';

/** The entries of a table: an entry is a slot, and all that is known of it stands at that place of the columns. */
export interface Contents<T> {
  /** Where the entry of a key is. */
  readonly slots: Map<string, number>;
  readonly keys: string[];
  readonly values: Values<T>;
  /** Bytes that each entry is charged with. */
  readonly cost: Column<Float64Array>;
  readonly policy: EvictionPolicy;
  readonly wheel: Wheel;
  /** A slot that belongs to nobody else until it is given back. */
  readonly take: () => number;
  readonly giveBack: (slot: number) => void;
}

interface ContentsOptions<T> {
  readonly maxSize: number;
  readonly clock: Clock;
  readonly codec?: Codec<T>;
}

/** Nothing yet. A table is cleared by taking new contents: what was in the old ones is the garbage collector's. */
export function createContents<T>(
  createPolicy: PolicyFactory,
  { maxSize, clock, codec }: ContentsOptions<T>,
): Contents<T> {
  const columns = createColumns();
  const cost = columns.column(Float64Array);
  const keys: string[] = [];
  const values = codec === undefined ? createObjects<T>() : createPacked(codec, columns, maxSize);
  const free: number[] = [];
  let taken = 0;
  return {
    slots: new Map(),
    keys,
    values,
    cost,
    policy: createPolicy({ columns, cost, maxSize, keyOf: (slot) => keys[slot]! }),
    wheel: createWheel(columns, clock),
    take() {
      if (free.length > 0) return free.pop()!;
      if (taken === columns.capacity) columns.grow();
      return taken++;
    },
    giveBack(slot) {
      keys[slot] = '';
      values.remove(slot);
      free.push(slot);
    },
  };
}
