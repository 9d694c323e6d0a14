/** Position of the next request for the object of each request; `Infinity` when there is none. */
export function nextUses(objects: Uint32Array): Float64Array {
  const next = new Float64Array(objects.length);
  const seen = new Map<number, number>();
  for (let at = objects.length - 1; at >= 0; at--) {
    next[at] = seen.get(objects[at]!) ?? Infinity;
    seen.set(objects[at]!, at);
  }
  return next;
}

const SAMPLE = 64;

/**
 * Hits of a cache that knows the future: Belady's optimum when all sizes are the same; otherwise greedy
 * Belady-Size, which evicts the largest product of bytes and time to the next use (of 64 entries taken at random:
 * the exact rule would look at all of them each time). What is never asked for again is
 * not let in, nor what would be the next to go.
 */
export function beladyHits(objects: Uint32Array, sizes: Uint32Array | undefined, capacity: number): number {
  const next = nextUses(objects);
  const random = randomNumbers();
  const entries: number[] = [];
  const placeOf = new Map<number, number>();
  const nextOf = new Map<number, number>();
  const sizeOf = new Map<number, number>();
  let used = 0;
  let hits = 0;

  const lossOf = (object: number, now: number): number => (nextOf.get(object)! - now) * sizeOf.get(object)!;

  function add(object: number): void {
    placeOf.set(object, entries.push(object) - 1);
    used += sizeOf.get(object)!;
  }

  function remove(object: number): number {
    const place = placeOf.get(object)!;
    const last = entries.pop()!;
    if (last !== object) {
      entries[place] = last;
      placeOf.set(last, place);
    }
    placeOf.delete(object);
    used -= sizeOf.get(object)!;
    return object;
  }

  // The newcomer itself when nothing that was drawn is worse.
  function victim(newcomer: number, now: number): number {
    let worst = newcomer;
    let most = lossOf(newcomer, now);
    for (let draw = 0; draw < SAMPLE; draw++) {
      const object = entries[random(entries.length)]!;
      const loss = lossOf(object, now);
      if (loss > most) [worst, most] = [object, loss];
    }
    return worst;
  }

  for (const [at, object] of objects.entries()) {
    const isHit = placeOf.has(object);
    if (isHit) hits++;
    nextOf.set(object, next[at]!);
    if (isHit && next[at] === Infinity) remove(object);
    const size = sizes === undefined ? 1 : Math.max(1, sizes[at]!);
    if (isHit || next[at] === Infinity || size > capacity) continue;
    sizeOf.set(object, size);
    const evicted: number[] = [];
    let worst = -1;
    while (used + size > capacity && worst !== object) {
      worst = victim(object, at);
      if (worst !== object) evicted.push(remove(worst));
    }
    if (worst !== object) add(object);
    else for (const spared of evicted) add(spared);
  }
  return hits;
}

// The same numbers in each run (Park & Miller 1988).
function randomNumbers(): (below: number) => number {
  let state = 1;
  return (below) => (state = (state * 48_271) % 0x7fff_ffff) % below;
}
