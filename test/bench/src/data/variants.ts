import { type Cache, cachified, type CacheEntry, createBatch } from '@epic-web/cachified';
import { createCache } from '@shelflife/core';
import { createCache as createDedupe } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createManager } from 'cache-manager';
import { Cacheable, createKeyv } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { type DataVariant, manyBy, manyByOne, MAX_ENTRIES } from './variant.js';

const HOUR_MS = 3_600_000;

const shelflife = (share: boolean): DataVariant => {
  return () => {
    const cache = createCache({ memory: { maxSize: '256mb', maxEntries: MAX_ENTRIES } });
    return {
      one: (key, load) => cache.wrap(key, load, { ttl: '1h', share }),
      many: (keys, load) => cache.wrapMany(keys, load, { ttl: '1h', share }),
      close: () => cache.close(),
    };
  };
};

/** As its README has it: a Map without a bound, values as they are. */
const cacheManager =
  (isBounded: boolean): DataVariant =>
  () => {
    const cache = createManager(isBounded ? { stores: [createKeyv({ lruSize: MAX_ENTRIES })] } : {});
    return {
      one: (key, load) => cache.wrap(key, load, HOUR_MS),
      many: manyBy(
        (keys) => cache.mget(keys),
        (keys, values) => cache.mset(keys.map((key, at) => ({ key, value: values[at], ttl: HOUR_MS }))),
      ),
    };
  };

const cacheable =
  (useClone: boolean): DataVariant =>
  () => {
    const cache = new Cacheable({ primary: createKeyv({ lruSize: MAX_ENTRIES, useClone }) });
    return {
      one: (key, load) => cache.getOrSet(key, load, { ttl: HOUR_MS }),
      many: manyBy(
        (keys) => cache.getMany(keys),
        (keys, values) => cache.setMany(keys.map((key, at) => ({ key, value: values[at], ttl: HOUR_MS }))),
      ),
    };
  };

const bentocache =
  (serialize: boolean): DataVariant =>
  () => {
    const driver = memoryDriver({ maxItems: MAX_ENTRIES, serialize });
    const cache = new BentoCache({ default: 'memory', stores: { memory: bentostore().useL1Layer(driver) } });
    const one = (key: string, load: () => Promise<unknown>): Promise<unknown> =>
      cache.getOrSet({ key, factory: load, ttl: HOUR_MS });
    return { one, many: manyByOne(one) };
  };

/** The load belongs to the function that is defined, not to the call: each call leaves its own here. */
const asyncCacheDedupe =
  (isSerialised: boolean): DataVariant =>
  () => {
    let current: (key: string) => Promise<unknown>;
    const transformer = { serialize: JSON.stringify, deserialize: JSON.parse };
    const cache = createDedupe({
      ttl: HOUR_MS / 1000,
      storage: { type: 'memory', options: { size: MAX_ENTRIES } },
      ...(isSerialised ? { transformer } : {}),
    }).define('value', (key: string) => current(key));
    return {
      one(key, load) {
        current = load;
        return cache.value(key);
      },
      many(keys, load) {
        current = async (key) => (await load([key]))[0];
        return Promise.all(keys.map((key) => cache.value(key)));
      },
    };
  };

/** With lru-cache, as its README sets it up. */
const onLruCache: DataVariant = () => {
  const lru = new LRUCache<string, CacheEntry>({ max: MAX_ENTRIES });
  const cache: Cache = {
    get: (key) => lru.get(key),
    set: (key, value) => lru.set(key, value as CacheEntry, { ttl: HOUR_MS }),
    delete: (key) => lru.delete(key),
  };
  return {
    one: (key, load) => cachified({ key, cache, getFreshValue: load, ttl: HOUR_MS }),
    many(keys, load) {
      const batch = createBatch((missing: string[]) => load(missing) as Promise<unknown[]>);
      return Promise.all(
        keys.map((key) => cachified({ key, cache, getFreshValue: batch.add(key), ttl: HOUR_MS })),
      );
    },
  };
};

/** The caches of the data comparison, by name. */
export const DATA_VARIANTS: Readonly<Record<string, DataVariant>> = {
  shelflife: shelflife(false),
  'shelflife, share: true': shelflife(true),
  'cache-manager': cacheManager(false),
  'cache-manager on CacheableMemory': cacheManager(true),
  cacheable: cacheable(true),
  'cacheable, useClone: false': cacheable(false),
  bentocache: bentocache(true),
  'bentocache, serialize: false': bentocache(false),
  'async-cache-dedupe': asyncCacheDedupe(false),
  'async-cache-dedupe, JSON': asyncCacheDedupe(true),
  cachified: onLruCache,
};
