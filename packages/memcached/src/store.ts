import { type Store, ShelflifeError } from '@shelflife/core';
import { createSafeClient } from './client.js';
import { type MemcachedStoreOptions, resolveOptions } from './options.js';

// What Memcached keeps with a value: its key, a header, and the pointers between the chunks of a large one.
const ITEM_OVERHEAD = 512;

// Longer times would be taken for a date.
const MAX_SECONDS = 30 * 24 * 3600;

/**
 * A store in Memcached for `createCache({ store })`. Memcached cannot keep the order of invalidations: without a
 * `log` of its own a cache trusts only what its own process has stored there.
 *
 * `createCache({ store: memcachedStore({ servers: '10.0.0.1:11211' }), log: redisLog({ url }) })`
 *
 * @throws ShelflifeError `ERR_OPTION` with the fix in its message.
 */
export function memcachedStore(options: MemcachedStoreOptions = {}): Store {
  const { addresses, keyPrefix, deadline, maxItemSize } = resolveOptions(options);
  const client = createSafeClient(addresses);
  const maxValueSize = maxItemSize - ITEM_OVERHEAD;
  const nameOf = (key: string): string => keyPrefix + key;

  return {
    deadline,
    maxValueSize,
    async get(key) {
      const { value } = await client.run((memjs) => memjs.get(nameOf(key)));
      return value ?? undefined;
    },
    async set(key, bytes, ttlMs) {
      const { byteLength: size } = bytes;
      if (size > maxValueSize) throw tooLarge(size, maxValueSize);
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, size);
      const expires = Math.min(Math.ceil(ttlMs / 1000), MAX_SECONDS);
      await client.run((memjs) => memjs.set(nameOf(key), value, { expires }));
    },
    async delete(key) {
      await client.run((memjs) => memjs.delete(nameOf(key)));
    },
    node: (key) => client.nodeOf(nameOf(key)),
    close: async () => client.close(),
  };
}

function tooLarge(size: number, most: number): ShelflifeError {
  return new ShelflifeError(
    'ERR_STORE',
    `a value of ${size} bytes is larger than Memcached takes (${most}): start it with -I 2m and give ` +
      `memcachedStore() maxItemSize: '2mb'.`,
  );
}
