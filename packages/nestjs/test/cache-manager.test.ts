import { Injectable, Module } from '@nestjs/common';
import { describe, expect, test } from 'vitest';
import { runs } from './cats.js';
import { LIBRARIES, runOfSecond, startCats, TABLE } from './cats-app.js';

describe.each(TABLE)('an application on $name, on $platform', ({ library, platform }) => {
  test('caches GET by URL, and by nothing else than the whole URL', async () => {
    const app = await startCats(library, platform);
    expect(await runOfSecond(app, '/cats?page=1')).toBe(1);
    expect((await app.get('/cats?page=2')).body).toEqual({ run: 2, page: '2' });
    expect((await app.get('/cats?page=1')).body).toEqual({ run: 1, page: '1' });
  });

  test('caches by @CacheKey(), a name or a function, and by an own trackBy() and isRequestCacheable()', async () => {
    const app = await startCats(library, platform);
    await app.get('/cats/named?a=1');
    expect((await app.get('/cats/named?a=2')).body).toEqual({ run: 1 });
    await app.get('/cats/by-function?id=a&x=1');
    expect((await app.get('/cats/by-function?id=a&x=2')).body).toEqual({ run: 1 });
    expect((await app.get('/cats/by-function?id=b')).body).toEqual({ run: 2 });
    expect(await runOfSecond(app, '/cats/by-function')).toBe(4);
    expect(await runOfSecond(app, '/tenants/1', { 'x-tenant': 'a' })).toBe(1);
    expect((await app.get('/tenants/1', { 'x-tenant': 'b' })).body).toMatchObject({ tenant: 'b' });
    expect(await runOfSecond(app, '/tenants/private', { 'x-tenant': 'a' })).toBe(4);
  });

  test('reads times as milliseconds', async () => {
    const app = await startCats(library, platform);
    expect((await app.get('/cats/short')).body).toEqual({ run: 1 });
    await expect.poll(async () => (await app.get('/cats/short')).body as unknown).not.toEqual({ run: 1 });
  });

  test('runs POST each time, and does not cache errors', async () => {
    const app = await startCats(library, platform);
    for (let time = 0; time < 2; time++) {
      expect((await app.post('/cats/forget', { keys: [] })).status).toBe(204);
      expect((await app.get('/cats/missing')).status).toBe(404);
    }
    expect([runs.get('forget'), runs.get('missing')]).toEqual([2, 2]);
  });

  test('forgets answers by their URL or key, or all', async () => {
    const app = await startCats(library, platform);
    await Promise.all([app.get('/cats?page=1'), app.get('/cats/named'), app.get('/tenants/1')]);
    await app.post('/cats/forget', { keys: ['/cats?page=1', 'the-cats'] });
    expect((await app.get('/cats?page=1')).body).toMatchObject({ run: 2 });
    expect((await app.get('/cats/named')).body).toEqual({ run: 2 });
    expect((await app.get('/tenants/1')).body).toMatchObject({ run: 1 });
    expect(await app.cache.clear()).toBe(true);
    expect((await app.get('/tenants/1')).body).toMatchObject({ run: 2 });
  });
});

describe.each(LIBRARIES)('the cache of %s', (_name, library) => {
  test('holds values', async () => {
    const { app, cache } = await startCats(library);
    expect(app.get(library.Cache)).toBe(cache);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.set('a', { n: 1 })).toEqual({ n: 1 });
    expect(await cache.get('a')).toEqual({ n: 1 });
    await cache.mset([
      { key: 'b', value: null },
      { key: 'c', value: 'see', ttl: 30 },
    ]);
    expect(await cache.mget(['a', 'b', 'c', 'd'])).toEqual([{ n: 1 }, null, 'see', undefined]);
    await expect.poll(() => cache.get('c')).toBeUndefined();
    expect(await cache.del('a')).toBe(true);
    expect(await cache.mdel(['b', 'nothing'])).toBe(true);
    expect(await cache.mget(['a', 'b'])).toEqual([undefined, undefined]);
    expect(await cache.disconnect()).toBeUndefined();
    expect(cache.cacheId()).toBeTypeOf('string');
  });

  test('says when a value expires; the time of set() wins over that of the module, 0 is none', async () => {
    const { cache } = await startCats(library);
    const now = Date.now();
    await cache.set('a', 1);
    await cache.set('b', 1, 5000);
    await cache.set('c', 1, 0);
    expect(await cache.ttl('none')).toBeUndefined();
    expect((await cache.ttl('a'))! - now).toBeCloseTo(60_000, -4);
    expect((await cache.ttl('b'))! - now).toBeLessThan(10_000);
    expect((await cache.ttl('c')) ?? Infinity).toBeGreaterThan(now + 1e9);
    expect(await cache.get('c')).toBe(1);
  });

  test('wrap() loads once, for all who ask at the same time', async () => {
    const { cache } = await startCats(library);
    let loads = 0;
    const load = async (): Promise<number> => ++loads;
    expect(await Promise.all([cache.wrap('k', load), cache.wrap('k', load, 5000)])).toEqual([1, 1]);
    expect(await cache.wrap('k', load, { ttl: 10 })).toBe(1);
    expect(await cache.wrap('k', load, { raw: true })).toMatchObject({
      value: 1,
      expires: expect.any(Number),
    });
    expect(await cache.wrap('short', load, (value) => value * 5)).toBe(2);
    await expect.poll(() => cache.wrap('short', load, () => 60_000)).toBe(3);
    await expect(cache.wrap('failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  test('wrap() refreshes in the background what expires soon', async () => {
    const { cache } = await startCats(library);
    const heard: unknown[] = [];
    cache.on('refresh', ({ key, value }) => heard.push([key, value]));
    let loads = 0;
    const load = (): number => ++loads;
    await cache.wrap('k', load, 5000, 6000);
    expect(await cache.wrap('k', load, 60_000, 6000)).toBe(1);
    await expect.poll(() => cache.get('k')).toBe(2);
    expect(await cache.wrap('k', load, 60_000, 6000)).toBe(2);
    expect([loads, heard]).toEqual([2, [['k', 2]]]);
  });

  test('tells listeners', async () => {
    const { cache } = await startCats(library);
    const heard: unknown[] = [];
    const listener = ({ key }: { key: string }): unknown => heard.push(key);
    cache.on('del', listener);
    await cache.del('a');
    cache.off('del', listener);
    await cache.del('b');
    expect(heard).toEqual(['a']);
  });

  test('registerAsync() takes a factory, a class, or what is there', async () => {
    @Injectable()
    class Config {
      createCacheOptions(): object {
        return { ttl: 30 };
      }
    }
    @Module({ providers: [Config], exports: [Config] })
    class ConfigModule {}
    const { CacheModule } = library;
    for (const module of [
      CacheModule.registerAsync({ useFactory: async () => ({ ttl: 30 }), isGlobal: true }),
      CacheModule.registerAsync({ useClass: Config }),
      CacheModule.registerAsync({ useExisting: Config, imports: [ConfigModule] }),
      CacheModule.registerAsync({
        useFactory: (config: Config) => config.createCacheOptions(),
        inject: [Config],
        extraProviders: [Config],
      }),
    ]) {
      const { cache } = await startCats(library, 'Express', module);
      await cache.set('k', 1);
      expect(await cache.get('k')).toBe(1);
      await expect.poll(() => cache.get('k')).toBeUndefined();
    }
  });
});
