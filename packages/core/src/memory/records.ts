import type { Columns } from './columns.js';

/** A text and bytes, as they are kept for a slot. */
export interface Record {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** One {@link Record} for each slot that has one, outside of the heap: the garbage collector sees none of them. */
export interface Records {
  /** Keeps a copy. False when it is too large: then nothing is kept, nor what was kept for this slot before. */
  put(slot: number, record: Record): boolean;
  /** A copy: later writes cannot reach it. */
  get(slot: number): Record | undefined;
  remove(slot: number): void;
  /** Bytes of memory in use, those included that hold nothing. */
  readonly size: number;
}

/** Records are written one after another into segments. `live`: bytes of those that still are somebody's. */
interface Segment {
  readonly memory: Buffer;
  end: number;
  live: number;
}

// Large ones are given back to the system as soon as they are free; the longest pause is to tidy one up: half a millisecond.
const LARGEST = 2 ** 20;
const SMALLEST = 2 ** 15;
const FIRST = 2 ** 12;
const SEGMENTS = 64;
/** A record takes a part of a segment at most, so that little is left over at its end. */
const RECORDS_PER_SEGMENT = 16;
/** One byte of memory that holds nothing for so many that do. */
const LIVE_PER_DEAD = 10;
// Slot, bytes of the text, bytes.
const HEADER = 12;

/**
 * Records in the manner of a log (Rumble et al. 2014): a new one is appended, an old one is left where it is, and when
 * too much of the memory is dead, the segment with the fewest live bytes is written anew and freed. So records of any
 * length fit without classes of sizes, and memory does not stay behind when the lengths change. A segment for each
 * record would be an ArrayBuffer for each: a million of them make the garbage collector pause for 400 ms (measured).
 * `maxSize`: bytes that the table may hold.
 */
export function createRecords(columns: Columns, maxSize: number): Records {
  const segmentSize = segmentSizeFor(maxSize);
  const segments = new Map<number, Segment>();
  // Number of the segment times its size, and where it begins there; 0: this slot has no record.
  const places = columns.column(Float64Array);
  let newest = 0;
  let size = 0;
  let live = 0;

  const segmentAt = (place: number): Segment => segments.get(Math.floor(place / segmentSize))!;

  /** Where so many bytes can be written. */
  function reserve(slot: number, length: number): { readonly memory: Buffer; readonly at: number } {
    let segment = segments.get(newest);
    if (segment === undefined || segment.end + length > segment.memory.byteLength) {
      // The first ones are smaller: most tables never fill.
      const wanted = Math.max(FIRST, length, Math.min(segmentSize, size));
      segment = { memory: Buffer.allocUnsafeSlow(wanted), end: 0, live: 0 };
      segments.set(++newest, segment);
      size += wanted;
    }
    const at = segment.end;
    segment.end += length;
    segment.live += length;
    places.cells[slot] = newest * segmentSize + at;
    return { memory: segment.memory, at };
  }

  function remove(slot: number): void {
    const place = places.cells[slot]!;
    if (place === 0) return;
    const segment = segmentAt(place);
    const length = lengthAt(segment.memory, place % segmentSize);
    segment.live -= length;
    live -= length;
    places.cells[slot] = 0;
    tidy();
  }

  function tidy(): void {
    if (size > live + live / LIVE_PER_DEAD + 2 * segmentSize) writeAnew(emptiest());
  }

  function emptiest(): number {
    let found = 0;
    let least = Infinity;
    for (const [number, segment] of segments) {
      if (segment.live >= least || number === newest) continue;
      found = number;
      least = segment.live;
    }
    return found;
  }

  function writeAnew(number: number): void {
    const { memory, end } = segments.get(number)!;
    segments.delete(number);
    size -= memory.byteLength;
    for (let at = 0, length = 0; at < end; at += length) {
      length = lengthAt(memory, at);
      const slot = memory.readUInt32LE(at);
      if (places.cells[slot] !== number * segmentSize + at) continue;
      const to = reserve(slot, length);
      memory.copy(to.memory, to.at, at, at + length);
    }
  }

  return {
    put(slot, { text, bytes }) {
      remove(slot);
      const textLength = Buffer.byteLength(text);
      const length = HEADER + textLength + bytes.byteLength;
      if (length > segmentSize / RECORDS_PER_SEGMENT) return false;
      live += length;
      const { memory, at } = reserve(slot, length);
      memory.writeUInt32LE(slot, at);
      memory.writeUInt32LE(textLength, at + 4);
      memory.writeUInt32LE(bytes.byteLength, at + 8);
      memory.write(text, at + HEADER, 'utf8');
      memory.set(bytes, at + HEADER + textLength);
      tidy();
      return true;
    },
    get(slot) {
      const place = places.cells[slot]!;
      if (place === 0) return undefined;
      const { memory } = segmentAt(place);
      const at = place % segmentSize;
      const from = at + HEADER;
      const end = from + memory.readUInt32LE(at + 4);
      const bytes = Buffer.from(memory.subarray(end, at + lengthAt(memory, at)));
      return { text: memory.toString('utf8', from, end), bytes };
    },
    remove,
    get size() {
      return size;
    },
  };
}

function lengthAt(memory: Buffer, at: number): number {
  return HEADER + memory.readUInt32LE(at + 4) + memory.readUInt32LE(at + 8);
}

// A power of two, so that a place is split without rounding.
function segmentSizeFor(maxSize: number): number {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, maxSize / SEGMENTS)));
  return Math.min(LARGEST, Math.max(SMALLEST, wanted));
}
