import { setImmediate } from 'node:timers/promises';

/**
 * A set of texts that says of every text in it that it is there, and of few others (Bloom 1970). It takes
 * `1.44 * log2(1 / errorRate)` bits a text, however long: 1.2 bytes for one error in a hundred.
 */
export interface Bloom {
  has(text: string): boolean;
  /** What it takes. */
  readonly bytes: number;
}

/** Collects texts for a {@link Bloom}, whose size depends on how many there are. */
export interface BloomBuilder {
  add(text: string): void;
  /** Texts added, repeated ones each time. */
  readonly count: number;
  /**
   * Without holding up others for more than a few milliseconds at a time. `errorRate`: the share of other texts that it
   * takes for its own, above 0 and below 1.
   */
  build(errorRate: number): Promise<Bloom>;
}

/**
 * The second for few texts and small rates: another text has the same pair as one of them, modulo `bits`, with a
 * probability of count / bits², which is to be a twentieth of the rate (3 texts in 87 bits: 1 in 2,500, not in a million).
 */
function bitsFor(count: number, errorRate: number): number {
  const usual = (-count * Math.log(errorRate)) / Math.LN2 ** 2;
  return Math.ceil(Math.max(64, usual, Math.sqrt((20 * count) / errorRate)));
}

/** Two hashes of a text, 32 bits each. */
type Pair = readonly [number, number];

const CHUNK = 8192;

/** Until it is built it takes 8 bytes a text. `seed`: nobody can look for texts that collide who does not know it. */
export function createBloomBuilder(seed: Pair = [random32(), random32()]): BloomBuilder {
  const chunks: Uint32Array[] = [];
  let count = 0;
  return {
    add(text) {
      const at = count % CHUNK;
      if (at === 0) chunks.push(new Uint32Array(2 * CHUNK));
      chunks.at(-1)!.set(pairOf(text, seed), 2 * at);
      count++;
    },
    get count() {
      return count;
    },
    async build(errorRate) {
      const bits = bitsFor(count, errorRate);
      const probes = Math.max(1, Math.round(-Math.log2(errorRate)));
      const words = new Uint32Array(Math.ceil(bits / 32));
      const mark = (word: number, bit: number): boolean => ((words[word]! |= bit), true);
      for (const [at, chunk] of chunks.entries()) {
        const end = 2 * Math.min(CHUNK, count - at * CHUNK);
        for (let slot = 0; slot < end; slot += 2) visit([chunk[slot]!, chunk[slot + 1]!], bits, probes, mark);
        await setImmediate();
      }
      return {
        has: (text) => visit(pairOf(text, seed), bits, probes, (word, bit) => (words[word]! & bit) !== 0),
        bytes: words.byteLength,
      };
    },
  };
}

/**
 * The places of a pair, until `at` says no. Enhanced double hashing (Dillinger and Manolios 2004): the step grows, so
 * that two pairs which meet once do not meet all the way.
 */
function visit(
  [first, second]: Pair,
  bits: number,
  probes: number,
  at: (word: number, bit: number) => boolean,
): boolean {
  let place = first % bits;
  let step = second % bits;
  for (let probe = 0; probe < probes; probe++) {
    if (!at(Math.floor(place / 32), 1 << (place % 32))) return false;
    step = (step + probe + 1) % bits;
    place = (place + step) % bits;
  }
  return true;
}

const random32 = (): number => Math.floor(Math.random() * 2 ** 32);

/** Two lanes over the UTF-16 code units that stir each other, each with the finisher of MurmurHash3. */
function pairOf(text: string, [seed, other]: Pair): Pair {
  let a = seed ^ text.length;
  let b = other;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x9e3779b1) ^ (b >>> 15);
    b = Math.imul(b ^ unit, 0x85ebca77) ^ (a >>> 13);
  }
  return [finished(a ^ (b >>> 7)), finished(b ^ (a >>> 11))];
}

function finished(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
