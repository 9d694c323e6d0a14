import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCache, fileStore, type Schema } from '@shelflife/core';
import { got, step } from './support/say.js';

const folder = mkdtempSync(join(tmpdir(), 'shelflife-values-'));
const secrets = [{ id: '2026-11', key: randomBytes(32) }];
const cache = createCache({
  store: fileStore({ directory: folder }),
  values: { compressAbove: '1kb', secrets },
  defaults: { ttl: '1h' },
});

step('What comes back is what went in: dates, maps, big numbers. It is a copy, so that changing it is safe:');
function load(): { since: Date; prices: Map<string, bigint> } {
  console.log('    [load] lamp');
  return { since: new Date(0), prices: new Map([['EUR', 1200n]]) };
}
const mine = await cache.wrap('lamp', load);
mine.prices.clear();
got(await cache.wrap('lamp', load));

step('With secrets the files are encrypted, and with compressAbove large values are compressed before that:');
await cache.set('letter', 'Dear customer! '.repeat(10_000));
await cache.close();
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^\w\w[/\\]/.test(name))
  .map((name) => readFileSync(join(folder, name)));
got({ files: files.length, readable: files.some((file) => file.includes('customer')) });
got({
  letter: '150,000 bytes',
  file: files.some((file) => file.length > 2000) ? 'larger' : 'less than 2,000',
});
rmSync(folder, { recursive: true });

/** A zod, valibot or arktype schema goes here in a program of yours. */
const hasTax: Schema<{ price: number; tax: number }> = {
  '~standard': {
    version: 1,
    validate: (value) => ({
      issues: typeof value === 'object' && value && 'tax' in value ? undefined : [''],
    }),
  },
};

step('A new version of the program wants a field that stored values lack. The schema makes them a miss:');
const products = createCache({ defaults: { ttl: '1h' } });
await products.wrap('product:1', () => ({ price: 1200 }));
got(await products.wrap('product:1', () => ({ price: 1200, tax: 228 }), { schema: hasTax }));
