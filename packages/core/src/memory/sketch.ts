import { hashOf } from './hash.js';

/** How often keys came by lately, those included that are not in the table: an estimate in 16 bytes an entry. */
export interface FrequencySketch {
  /** Counts a key once; returns how often it was counted, 1 to 15. Rarely too much, and it fades with time. */
  count(key: string): number;
  /** Makes place for as many entries; what was counted stays. */
  growTo(entries: number): void;
}

// A block of 16 words is a cache line of 64 bytes: 128 counters of 4 bits, for 4 entries.
const WORDS = 16;
const ENTRIES_PER_BLOCK = 4;
const SMALLEST = 1024;
const MOST = 15;
const PROBES = 4;
/** One block fades after so many counts, the next one after as many again: each once in 8 counts an entry. */
const FADE_AFTER = 32;

/**
 * A count-min sketch of 4-bit counters (Cormode & Muthukrishnan 2005; block layout as in Caffeine's): a key has
 * four counters in one block, and the least of them is right unless all were met by other keys too.
 */
export function createSketch(): FrequencySketch {
  let words = new Uint32Array((SMALLEST / ENTRIES_PER_BLOCK) * WORDS);
  let counted = 0;
  let fading = 0;

  function fade(): void {
    for (let word = fading; word < fading + WORDS; word++) words[word] = (words[word]! >>> 1) & 0x77777777;
    fading = (fading + WORDS) % words.length;
  }

  return {
    count(key) {
      const hash = hashOf(key);
      const block = Math.imul(hash, WORDS) & (words.length - 1);
      const places = Math.imul(hash, 0x9e3779b1) >>> 4;
      let least = MOST;
      for (let probe = 0; probe < PROBES; probe++) least = Math.min(least, read(words, block, places, probe));
      if (least < MOST) {
        for (let probe = 0; probe < PROBES; probe++) raise(words, block, places, probe, least);
        least++;
      }
      if (++counted % FADE_AFTER === 0) fade();
      return least;
    },
    growTo(entries) {
      while ((words.length / WORDS) * ENTRIES_PER_BLOCK < entries) words = twice(words);
    },
  };
}

// Seven bits of `places` choose a counter of the block: its word and its place there.
function read(words: Uint32Array, block: number, places: number, probe: number): number {
  const bits = places >>> (7 * probe);
  return (words[block + (bits & 15)]! >>> ((bits >>> 2) & 28)) & 15;
}

// Counters above the least already stand for other keys.
function raise(words: Uint32Array, block: number, places: number, probe: number, least: number): void {
  const bits = places >>> (7 * probe);
  const shift = (bits >>> 2) & 28;
  const word = block + (bits & 15);
  if (((words[word]! >>> shift) & 15) === least) words[word]! += 1 << shift;
}

// The upper half is for the keys whose hash has one more bit set: they were counted in the lower one so far.
function twice(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * words.length);
  larger.set(words);
  larger.set(words, words.length);
  return larger;
}
