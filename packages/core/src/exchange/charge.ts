import { isLarge } from './packing.js';
import type { Kept } from './storage.js';

// Numbers, quotes and commas of the packed form, and what its segment has to spare.
const RESPONSE_OVERHEAD = 220;
const TEXT_OVERHEAD = 4;
const VARY_OVERHEAD = 350;
// The array, its buffer and the gaps that the allocator leaves when arrays of other lengths take its place.
const ARRAY_OVERHEAD = 300;
const ARRAY_GAPS = 1 / 6;

/** Bytes that an item takes in the memory tier besides its key and what any entry takes (see `memory/cost.ts`). */
export function chargeOf(item: Kept): number {
  if (item.kind === 'vary') return VARY_OVERHEAD + lengthOf(item.names) + lengthOf(item.variants);
  const { lines, tags, made, body } = item.response;
  return RESPONSE_OVERHEAD + lengthOf(lines) + lengthOf(tags) + lengthOf(made) + sizeOf(body);
}

function sizeOf(body: Uint8Array): number {
  const size = body.byteLength;
  return isLarge(body) ? size + Math.ceil(size * ARRAY_GAPS) + ARRAY_OVERHEAD : size;
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + TEXT_OVERHEAD, 0);
}
