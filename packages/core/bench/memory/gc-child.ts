import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { SUBJECTS } from './subjects.js';

/** Pauses of the garbage collector with so many bodies in a cache, in a process of its own. */
const [name = '', count = '', bodySize = ''] = process.argv.slice(2);
const entries = Number(count);
const size = Number(bodySize);
const SLICES = 2000;
const PER_SLICE = 1000;

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

globalThis.gc!();
const before = process.memoryUsage.rss();
const subject = SUBJECTS[name]!(entries * (size + 2000), entries);
const fill = await pausesOf(async () => {
  for (let at = 0; at < entries; at++) {
    subject.set(keyOf(at), new Uint8Array(size).fill(1), size);
    if (at % PER_SLICE === 0) await setImmediate();
  }
});
let kept: object = {};
const churn = await pausesOf(async () => {
  for (let slice = 0; slice < SLICES; slice++) {
    for (let at = 0; at < PER_SLICE; at++) {
      kept = garbage(at);
      const key = keyOf(random(entries));
      if (at % 20 === 0) subject.set(key, new Uint8Array(size).fill(1), size);
      else subject.get(key);
    }
    await setImmediate();
  }
});
for (let time = 0; time < 3; time++) {
  globalThis.gc!();
  await setImmediate();
}
const rss = process.memoryUsage.rss() - before;
const start = performance.now();
const accounted = subject.bytes();
subject.clear();
const clear = performance.now() - start;
await setImmediate();
const blocked = performance.now() - start;
console.log(
  JSON.stringify({
    fill,
    churn,
    rss: rss / entries,
    overAccounted: rss / accounted,
    clear,
    blocked,
    kept: typeof kept,
  }),
);
