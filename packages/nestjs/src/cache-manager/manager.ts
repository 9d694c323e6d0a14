import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type Cache as ShelflifeCache, type DataRule, ShelflifeError } from '@shelflife/core';
import type { Cache, CacheManagerEvent, RawValue, WrapOptions } from './cache.js';
import type { CacheOptions } from './options.js';
import { durationOf } from './ttl.js';

type Load<T> = () => T | Promise<T>;
type Time<T> = number | ((value: T) => number) | undefined;

const timeOf = <T>(time: Time<T>, value: T): number | undefined =>
  typeof time === 'function' ? time(value) : time;

/** Puts the interface of cache-manager in front of the values of a cache. */
export function createManager(cache: ShelflifeCache, options: CacheOptions): Cache {
  const { cacheId = randomUUID() } = options;
  const events = new EventEmitter();
  const refreshing = new Set<string>();
  const ruleOf = (ttl: number | undefined): DataRule & { ttl: string | 0 } => ({
    ttl: durationOf(ttl ?? options.ttl ?? 0),
  });

  /** Does something and tells listeners, also that it failed. */
  async function tell<T>(event: CacheManagerEvent, data: object, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      events.emit(event, data);
      return result;
    } catch (error) {
      events.emit(event, { ...data, error });
      throw error;
    }
  }

  async function wrap<T>(
    key: string,
    load: Load<T>,
    how?: Time<T> | WrapOptions<T>,
    threshold?: Time<T>,
  ): Promise<T | RawValue<T>> {
    const { ttl, refreshThreshold, raw }: Partial<WrapOptions<T>> =
      typeof how === 'object' && how !== null
        ? how
        : {
            ...(how !== undefined && { ttl: how }),
            ...(threshold !== undefined && { refreshThreshold: threshold }),
          };
    let isNew = false;
    const value = await cache.wrap(key, async (context) => {
      isNew = true;
      const made = await load();
      context.ttl(ruleOf(timeOf(ttl, made)).ttl);
      return made;
    });
    const near = timeOf(refreshThreshold, value) ?? options.refreshThreshold;
    if (raw !== true && (isNew || near === undefined)) return value;
    const expires = await cache.freshUntil(key);
    if (!isNew && near !== undefined && expires !== undefined && expires - Date.now() < near)
      void refresh(key, load, ttl);
    return raw === true ? { value, expires } : value;
  }

  async function refresh<T>(key: string, load: Load<T>, ttl: Time<T>): Promise<void> {
    if (refreshing.has(key)) return;
    refreshing.add(key);
    const since = cache.mark();
    try {
      const value = await load();
      await cache.set(key, value, { ...ruleOf(timeOf(ttl, value)), since });
      events.emit('refresh', { key, value });
    } catch (error) {
      events.emit('refresh', { key, error });
    } finally {
      refreshing.delete(key);
    }
  }

  return {
    async get<T>(key: string) {
      const value = await cache.get<T>(key);
      if (value !== undefined) events.emit('get', { key, value });
      return value;
    },
    async mget<T>(keys: string[]) {
      const values = await Promise.all(keys.map((key) => cache.get<T>(key)));
      events.emit('mget', { keys, values });
      return values;
    },
    ttl: (key) => cache.freshUntil(key),
    set: (key, value, ttl) =>
      tell('set', { key, value }, async () => {
        await cache.set(key, value, ruleOf(ttl));
        return value;
      }),
    mset: (list) =>
      tell('mset', { list }, async () => {
        await Promise.all(list.map(({ key, value, ttl }) => cache.set(key, value, ruleOf(ttl))));
        return list;
      }),
    del: (key) => tell('del', { key }, async () => (await cache.delete(key), true)),
    mdel: (keys) =>
      tell('mdel', { keys }, async () => {
        await Promise.all(keys.map((key) => cache.delete(key)));
        return true;
      }),
    clear: () => tell('clear', {}, async () => (await cache.invalidate({ all: true }), true)),
    wrap,
    on: (event, listener) => events.on(event, listener),
    off: (event, listener) => events.off(event, listener),
    disconnect: async () => undefined,
    cacheId: () => cacheId,
    get stores(): never {
      throw new ShelflifeError(
        'ERR_OPTION',
        `cacheManager.stores: there are none. Give CacheModule { cache: createCache({ … }) } and use that cache.`,
      );
    },
  };
}
