import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { chargeFor, SUBJECTS, valueFor } from './subjects.js';

/** Pauses of the garbage collector with so many bodies in a cache, in a process of its own. */
const [name = '', count = '', bodySize = ''] = process.argv.slice(2);
const entries = Number(count);
const size = Number(bodySize);
const SLICES = 8000;
const PER_SLICE = 250;
const SET_EVERY = 5;

const keyOf = (at: number): string => `GET https://shop.example/products/${String(at).padStart(12, '0')}`;
let seed = 1;
const random = (below: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
// What a request leaves behind: a few objects and strings.
const garbage = (at: number): object => ({
  at,
  url: `/products/${at}`,
  headers: Array.from({ length: 10 }, () => ({ at })),
});

async function pausesOf(run: () => Promise<void>): Promise<{ count: number; p99: number; max: number }> {
  const pauses: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pauses.push(duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  await run();
  await setImmediate();
  observer.disconnect();
  pauses.sort((a, b) => a - b);
  return {
    count: pauses.length,
    p99: pauses[Math.ceil(pauses.length * 0.99) - 1] ?? 0,
    max: pauses.at(-1) ?? 0,
  };
}

type Subject = ReturnType<(typeof SUBJECTS)[string]>;
function put(subject: Subject, at: number): void {
  const body = new Uint8Array(size).fill(1);
  const value = valueFor(name, body, at);
  subject.set(keyOf(at), value, chargeFor(name, value, body));
}

async function fillUp(subject: Subject, below: number): Promise<void> {
  for (let at = 0; at < below; at++) {
    put(subject, at);
    if (at % PER_SLICE === 0) await setImmediate();
  }
}

let kept: unknown;
let longest = 0;
async function serve(subject: Subject, below: number, slices: number): Promise<void> {
  for (let slice = 0, last = performance.now(); slice < slices; slice++) {
    for (let at = 0; at < PER_SLICE; at++) {
      kept = garbage(at);
      const chosen = random(below);
      if (at % SET_EVERY === 0) put(subject, chosen);
      else kept = subject.get(keyOf(chosen));
    }
    await setImmediate();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
}

async function settle(): Promise<number> {
  // The memory of array buffers is given back by the collection after the one that finds them dead.
  for (let time = 0; time < 3; time++) {
    globalThis.gc!();
    await setImmediate();
  }
  return process.memoryUsage.rss();
}

const make = (most: number): Subject => SUBJECTS[name]!(most * (size + 4000), most);
// What the code, its compiler and the young generation take belongs to the process.
await serve(make(10), 10, 100);
const before = await settle();
longest = 0;
const subject = make(entries);
const fill = await pausesOf(() => fillUp(subject, entries));
const churn = await pausesOf(() => serve(subject, entries, SLICES));
const rss = (await settle()) - before;
const accounted = subject.bytes();
const start = performance.now();
subject.clear();
const clear = performance.now() - start;
await setImmediate();
const blocked = performance.now() - start;
const overAccounted = accounted === 0 ? undefined : rss / accounted;
const figures = { fill, churn, longest, rss: rss / entries, accounted: accounted / entries, overAccounted };
console.log(JSON.stringify({ ...figures, clear, blocked, kept: typeof kept }));
