import type { Columns } from './columns.js';
import { createRecords, type Record } from './records.js';

/** The values of a table by slot. */
export interface Values<T> {
  get(slot: number): T | undefined;
  set(slot: number, value: T): void;
  remove(slot: number): void;
  /** Bytes that the objects of values in use take at most, besides what each of so many entries is charged with. */
  sizeOfObjects(entries: number): number;
}

/** A value as it is kept outside of the heap. */
export interface Packed extends Record {
  /** `bytes` is kept as the very array that it is, and handed out again. Otherwise its content is copied. */
  readonly isApart: boolean;
}

/** How values become bytes and are made of them again. */
export interface Codec<T> {
  /** `undefined`: this one is kept as the object that it is. */
  pack(value: T): Packed | undefined;
  unpack(record: Record): T;
}

/** Bytes that a value takes as objects: a stored response with ten fields takes 2000. */
const OBJECT_SIZE = 2048;
const SHARE_OF_OBJECTS = 1 / 8;
/** More objects than these are felt in pauses of the garbage collector. */
const MOST_OBJECTS = 16_384;
const NOTHING = new Uint8Array(0);
const NO_SLOT = -1;

/** Every value as the object that it is. */
export function createObjects<T>(): Values<T> {
  const objects: (T | undefined)[] = [];
  return {
    get: (slot) => objects[slot],
    set(slot, value) {
      objects[slot] = value;
    },
    remove(slot) {
      objects[slot] = undefined;
    },
    sizeOfObjects: () => 0,
  };
}

/**
 * Values as bytes. Those that were asked for lately are objects as well, so that most hits find one: as many as fit in
 * an eighth of `maxSize`, in a ring. One that leaves it while it is in use is made anew from its bytes.
 */
export function createPacked<T>(codec: Codec<T>, columns: Columns, maxSize: number): Values<T> {
  const records = createRecords(columns, maxSize);
  const objects: (T | undefined)[] = [];
  const apart: (Uint8Array | undefined)[] = [];
  const places = Math.floor((maxSize * SHARE_OF_OBJECTS) / OBJECT_SIZE);
  const ring = new Int32Array(Math.min(MOST_OBJECTS, Math.max(1, places))).fill(NO_SLOT);
  const isPacked = columns.column(Uint8Array);
  let hand = 0;

  function hold(slot: number, value: T): T {
    const oldest = ring[hand]!;
    ring[hand] = slot;
    hand = (hand + 1) % ring.length;
    if (oldest !== NO_SLOT && isPacked.cells[oldest] === 1) objects[oldest] = undefined;
    objects[slot] = value;
    return value;
  }

  function unpack(slot: number): T | undefined {
    const record = isPacked.cells[slot] === 1 ? records.get(slot) : undefined;
    if (record === undefined) return undefined;
    const bytes = apart[slot] ?? record.bytes;
    return hold(slot, codec.unpack({ text: record.text, bytes }));
  }

  function remove(slot: number): void {
    objects[slot] = undefined;
    apart[slot] = undefined;
    isPacked.cells[slot] = 0;
    records.remove(slot);
  }

  return {
    get: (slot) => objects[slot] ?? unpack(slot),
    set(slot, value) {
      remove(slot);
      const packed = codec.pack(value);
      const { text = '', bytes = NOTHING, isApart = false } = packed ?? {};
      if (packed === undefined || !records.put(slot, { text, bytes: isApart ? NOTHING : bytes })) {
        objects[slot] = value;
        return;
      }
      isPacked.cells[slot] = 1;
      if (isApart) apart[slot] = bytes;
      hold(slot, value);
    },
    remove,
    sizeOfObjects: (entries) => Math.min(entries, ring.length) * OBJECT_SIZE,
  };
}
