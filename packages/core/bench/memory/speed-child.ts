import { chargeFor, SUBJECTS, valueFor } from './subjects.js';

/** Nanoseconds per operation of one cache at one number of entries; run in a process of its own. */
const [name = '', count = ''] = process.argv.slice(2);
const entries = Number(count);
const rounds = Math.max(1, Math.round(200_000 / entries));
const body = new Uint8Array(200);
const value = valueFor(name, body, 0);
const size = chargeFor(name, value, body);

// Flat, as the parser of a request makes them, and not two strings that are joined on first use.
const keyOf = (at: number): string =>
  Buffer.from(`GET https://shop.example/products/${String(at).padStart(12, '0')}`).toString('latin1');
const keys = Array.from({ length: 2 * entries }, (_, at) => keyOf(at));
// Uses each key's hash once, as whoever asked for it before did.
new Set(keys).clear();

let seed = 1;
const random = (below: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
// Zipf with an exponent near 1: the logarithm of the rank is spread evenly.
const zipf = (): number => Math.floor(entries ** (random(1e6) / 1e6)) - 1;
const times = 1_000_000;
const uniform = Uint32Array.from({ length: times }, () => random(entries));
const popular = Uint32Array.from({ length: times }, zipf);

function ns(operations: number, run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / operations;
}

const used = (): number => {
  // The memory of typed arrays is given back by the collection after the one that finds them dead.
  for (let time = 0; time < 3; time++) globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const make = (): ReturnType<(typeof SUBJECTS)[string]> => SUBJECTS[name]!(entries * 4096, entries);
const before = used();
const subject = make();
const fillIt = (into: typeof subject): void => {
  for (let at = 0; at < entries; at++) into.set(keys[at]!, value, size);
};
fillIt(subject);
const index = (used() - before) / entries;
const fill = ns(entries * rounds, () => {
  for (let round = 0; round < rounds; round++) fillIt(make());
});
let missing = 0;
const hits = (order: Uint32Array): number =>
  ns(times, () => {
    for (let at = 0; at < times; at++) if (subject.get(keys[order[at]!]!) === undefined) missing++;
  });
hits(popular);
const result = {
  fill,
  index,
  getPopular: hits(popular),
  getRandom: hits(uniform),
  set: ns(times, () => {
    for (let at = 0; at < times; at++) subject.set(keys[uniform[at]!]!, value, size);
  }),
  // A new key each time: the cache is full, so one goes for each that comes.
  churn: ns(times, () => {
    for (let at = 0; at < times; at++) subject.set(keys[(entries + at) % keys.length]!, value, size);
  }),
  clear: 0,
};
if (missing > 0) throw new Error(`${missing} of the hits were none`);
for (const key of keys.slice(0, entries)) subject.set(key, value, size);
result.clear = ns(1, () => subject.clear()) / 1e6;
console.log(JSON.stringify(result));
