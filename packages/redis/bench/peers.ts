import KeyvRedis from '@keyv/redis';
import { createCache } from 'async-cache-dedupe';
import { bentostore, BentoCache } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { Cacheable } from 'cacheable';
import { Redis } from 'ioredis';

/** A cache in Redis without a memory of its own, by whichever library: what the benchmarks need of it. */
export interface Peer {
  /** The value of a key; `make` makes it when it is not there. */
  get(key: string, make: () => Promise<string>): Promise<string>;
  /** Stores a value with {@link TAG}. */
  fill(key: string, value: string): Promise<unknown>;
  /** Invalidates all that carries {@link TAG}. */
  purge(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The tag that all values carry. */
export const TAG = 'all';

const TTL_S = 600;

/** The other libraries, as their READMEs set them up for one Redis and tags. */
export const PEERS: Readonly<Record<string, (url: string) => Peer>> = {
  bentocache(url) {
    const connection = new Redis(url);
    const store = bentostore().useL2Layer(redisDriver({ connection }));
    const cache = new BentoCache({ default: 'redis', stores: { redis: store } });
    const get: Peer['get'] = (key, make) =>
      cache.getOrSet({ key, factory: make, ttl: `${TTL_S}s`, tags: [TAG] });
    return {
      get,
      fill: (key, value) => get(key, async () => value),
      purge: () => cache.deleteByTag({ tags: [TAG] }),
      close: () => cache.disconnectAll(),
    };
  },
  cacheable(url) {
    const cache = new Cacheable({ primary: new KeyvRedis(url), tags: true });
    return {
      get: async (key, make) => String(await cache.getOrSet(key, make, { ttl: TTL_S * 1000 })),
      fill: (key, value) => cache.set(key, value, { ttl: TTL_S * 1000, tags: [TAG] }),
      purge: () => cache.tags.invalidateTag(TAG),
      close: () => cache.disconnect(),
    };
  },
  'async-cache-dedupe'(url) {
    const client = new Redis(url);
    const options = { client, invalidation: { referencesTTL: TTL_S } };
    const cache = createCache({ ttl: TTL_S, storage: { type: 'redis', options } });
    const makers = new Map<string, () => Promise<string>>();
    const defined = cache.define('value', { references: () => [TAG] }, (key: string) => makers.get(key)!());
    async function get(key: string, make: () => Promise<string>): Promise<string> {
      makers.set(key, make);
      return String(await (defined as unknown as { value(name: string): Promise<unknown> }).value(key));
    }
    return {
      get,
      fill: (key, value) => get(key, async () => value),
      purge: () => cache.invalidateAll([TAG]),
      close: async () => client.disconnect(),
    };
  },
};
