import { appendFileSync } from 'node:fs';
import { createCache } from '../../cache.js';
import { defineSource } from '../../data/source.js';
import { fileQueue } from '../../data/write-behind/file-queue.js';

/**
 * A process that writes behind until it is killed: queue in `argv[2]`, numbers from `argv[4]` on, under ten keys. What
 * is applied it appends to the file `argv[3]`, what is acknowledged it prints: `key number`, a line each.
 */
const [, , directory = '', applied = '', first = '0'] = process.argv;
const source = defineSource<string, number>(createCache(), {
  key: (id) => id,
  ttl: '1m',
  load: () => undefined,
  writeBehind: {
    queue: fileQueue({ directory }),
    delay: '2ms',
    batchSize: 4,
    storeMany: (writes) =>
      appendFileSync(applied, writes.map(({ id, value }) => `${id} ${value}\n`).join('')),
  },
});

let next = Number(first);

/** Writes of one key come one after the other, those of several at once. */
async function write(key: string): Promise<void> {
  const value = next++;
  await source.set(key, value);
  process.stdout.write(`${key} ${value}\n`);
}

for (;;) await Promise.all(Array.from({ length: 10 }, (_, key) => write(`k${key}`)));
