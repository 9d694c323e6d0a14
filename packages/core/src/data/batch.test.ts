import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { gate } from '../testing/adapter/app.js';
import type { Store } from '../store/store.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { mapStore } from '../testing/map-store.js';
import { settle } from '../testing/step.js';

function start(): {
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly batches: (readonly string[])[];
  readonly load: (missing: readonly string[]) => readonly string[];
} {
  const clock = fakeClock();
  const batches: (readonly string[])[] = [];
  const load = (missing: readonly string[]): readonly string[] => {
    batches.push(missing);
    return missing.map((key) => `${key}!`);
  };
  return { clock, cache: createCache({ clock, defaults: { ttl: '1m' } }), batches, load };
}

describe('wrapMany', () => {
  test('what is missing is loaded at once, and comes back in the order of the keys', async () => {
    const { cache, batches, load } = start();
    await cache.set('b', 'known');
    expect(await cache.wrapMany(['a', 'b', 'c', 'a'], load)).toEqual(['a!', 'known', 'c!', 'a!']);
    expect(await cache.wrapMany(['c', 'a', 'd'], load)).toEqual(['c!', 'a!', 'd!']);
    expect(batches).toEqual([['a', 'c'], ['d']]);
    expect(await cache.get('a')).toBe('a!');
    expect(await cache.wrapMany([], load)).toEqual([]);
  });

  test('the load gets the keys as they were asked for, whichever the store answers first', async () => {
    const { opened, open } = gate();
    let asked = 0;
    const store: Store = {
      ...mapStore(),
      get: async () => void (++asked === 1 ? await opened : setImmediate(open)),
    };
    const { batches, load } = start();
    await createCache({ store, defaults: { ttl: '1m' } }).wrapMany(['a', 'b'], load);
    expect(batches).toEqual([['a', 'b']]);
  });

  test('what others are loading is waited for, in both directions', async () => {
    const { cache, batches, load } = start();
    const { opened, open } = gate();
    const single = cache.wrap('a', async () => (await opened, 'single'));
    const many = cache.wrapMany(['a', 'b'], async (missing) => (await opened, load(missing)));
    const late = cache.wrap('b', () => 'never');
    await settle();
    open();
    expect([await single, await many, await late]).toEqual(['single', ['single', 'b!'], 'b!']);
    expect(batches).toEqual([['b']]);
  });

  test('what was invalidated while it was waited for is loaded again', async () => {
    const { cache, batches, load } = start();
    const { opened, open } = gate();
    const single = cache.wrap('a', async (context) => (context.tag('t'), await opened, 'old'));
    const many = cache.wrapMany(['a', 'b'], load);
    await cache.invalidate({ tags: ['t'] });
    open();
    expect([await single, await many]).toEqual(['old', ['a!', 'b!']]);
    expect(batches).toEqual([['b'], ['a']]);
  });

  test('the load can say something of each value', async () => {
    const { cache, clock } = start();
    await cache.wrapMany(['a', 'b', 'c'], (missing, context) => {
      context.for('a')?.tag('red');
      context.for(['b'])?.ttl('1s');
      context.for('c')?.skip();
      expect(context.for('d')).toBeUndefined();
      return missing;
    });
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.has(key)))).toEqual([true, true, false]);
    await cache.invalidate({ tags: ['red'] });
    clock.advance(1000);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.has(key)))).toEqual([false, false, false]);
  });

  test('what is not there is undefined, and stored with negativeTtl only', async () => {
    const { cache } = start();
    let loads = 0;
    const none = (missing: readonly string[]): undefined[] => (loads++, missing.map(() => undefined));
    expect(await cache.wrapMany(['a', 'b'], none)).toEqual([undefined, undefined]);
    await cache.wrapMany(['a', 'b'], none, { negativeTtl: '1m' });
    await cache.wrapMany(['a', 'b'], none);
    expect(loads).toBe(2);
  });

  test('stale values are served, and loaded anew in one batch', async () => {
    const { cache, clock, batches, load } = start();
    await cache.wrapMany(['a', 'b'], load, { swr: '1m' });
    clock.advance(60_000);
    expect(await cache.wrapMany(['a', 'b', 'c'], load)).toEqual(['a!', 'b!', 'c!']);
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });

  test('a load that fails, or gives another number of values, fails for all; what is stored is untouched', async () => {
    const { cache } = start();
    await cache.set('a', 1);
    const fail = (): never => {
      throw new Error('down');
    };
    await expect(cache.wrapMany(['a', 'b', 'c'], fail)).rejects.toThrow('down');
    await expect(cache.wrapMany(['b', 'c'], () => [1])).rejects.toThrow('expected an array of 2 values');
    await expect(cache.wrapMany('b' as never, () => [1])).rejects.toThrow('wrapMany().keys: expected');
    await expect(cache.wrapMany(['b', ''], () => [1])).rejects.toMatchObject({ code: 'ERR_TARGET' });
    expect(await cache.get('a')).toBe(1);
    expect(await cache.wrap('b', () => 2)).toBe(2);
  });

  test.each([{}, { refreshAhead: 0.5 }])('one wrong key, and nothing is loaded: %o', async (options) => {
    const { cache, batches, load } = start();
    await expect(cache.wrapMany(['a', ''], load, options)).rejects.toMatchObject({ code: 'ERR_TARGET' });
    expect(batches).toEqual([]);
  });

  test('through a store, too', async () => {
    const clock = fakeClock();
    const cache = createCache({ clock, store: mapStore(clock), memory: false, defaults: { ttl: '1m' } });
    const { batches, load } = start();
    await cache.wrapMany(['a', 'b'], load);
    await settle();
    expect(await cache.wrapMany(['a', 'b', 'c'], load)).toEqual(['a!', 'b!', 'c!']);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });
});
