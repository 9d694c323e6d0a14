import { ownBody } from './packing.js';
import type { Kept } from './storage.js';

// Numbers, quotes and commas of the packed form, and what its segment has to spare.
const RESPONSE_OVERHEAD = 220;
const TEXT_OVERHEAD = 4;
// The array, its buffer and what the allocator adds.
const ARRAY_OVERHEAD = 300;

/** Bytes that an item takes in the memory tier besides its key and what any entry takes (see `memory/cost.ts`). */
export function chargeOf(item: Kept): number {
  if (item.kind === 'vary') return lengthOf(item.names) + lengthOf(item.variants);
  const { lines, tags, made, body } = item.response;
  const texts = lengthOf(lines) + lengthOf(tags) + lengthOf(made);
  return RESPONSE_OVERHEAD + texts + body.byteLength + (ownBody(item.response) ? ARRAY_OVERHEAD : 0);
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + TEXT_OVERHEAD, 0);
}
