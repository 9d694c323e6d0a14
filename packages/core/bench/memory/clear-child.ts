import { setImmediate } from 'node:timers/promises';
import { SUBJECTS } from './subjects.js';

/** How long the loop is blocked by clearing a cache of so many entries, and by whatever follows from it. */
const [name = '', count = ''] = process.argv.slice(2);
const entries = Number(count);
const subject = SUBJECTS[name]!(entries * 4096, entries);
const value = {};
for (let at = 0; at < entries; at++) subject.set(`GET https://shop.example/products/${at}`, value, 200);
await setImmediate();

const start = performance.now();
subject.clear();
const call = performance.now() - start;
let longest = 0;
for (let turn = 0, last = performance.now(); turn < 20_000; turn++) {
  await setImmediate();
  const now = performance.now();
  longest = Math.max(longest, now - last);
  last = now;
}
console.log(JSON.stringify({ call, longest }));
