import { describe, expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { fakeClock } from '../testing/fake-clock.js';
import { mapStore } from '../testing/map-store.js';
import { settle } from '../testing/step.js';

function start() {
  const clock = fakeClock();
  return { clock, cache: createCache({ clock, defaults: { ttl: '1m' } }) };
}

describe('a value that is made of others', () => {
  test('is invalid with each of them, by tag or key', async () => {
    const { cache } = start();
    const product = (): Promise<string> =>
      cache.wrap('product', async () => {
        await settle();
        return cache.wrap('price', (context) => (context.tag('prices'), 'p'));
      });
    for (const target of [{ tags: ['prices'] }, { keys: ['price'] }]) {
      await product();
      expect(await cache.has('product')).toBe(true);
      await cache.invalidate(target);
      expect(await cache.has('product')).toBe(false);
    }
  });

  test('lives no longer than the first of them, also when that was there already', async () => {
    const { cache, clock } = start();
    await cache.set('price', 1, { ttl: '5s' });
    await cache.wrap('product', () => cache.get('price'), { ttl: '1h' });
    expect(await cache.freshUntil('product')).toBe(clock.now() + 5000);
  });

  test('is stored neither with one that was skipped, nor with too many', async () => {
    const { cache } = start();
    await cache.wrap('a', () => cache.wrap('b', (context) => (context.skip(), 1)));
    await cache.wrap('c', () =>
      cache.wrapMany(
        Array.from({ length: 513 }, (_, at) => `k${at}`),
        (missing) => missing,
      ),
    );
    expect([await cache.has('a'), await cache.has('c')]).toEqual([false, false]);
  });

  test('is not made of what others look up at the same time', async () => {
    const { cache } = start();
    await Promise.all([
      cache.wrap('a', async () => (await settle(), 1)),
      cache.wrap('b', (context) => (context.tag('t'), 2)),
    ]);
    await cache.invalidate({ tags: ['t'] });
    expect([await cache.has('a'), await cache.has('b')]).toEqual([true, false]);
  });
});

describe('withMemo', () => {
  test('a request finds again what it has found, and asks the store once', async () => {
    const clock = fakeClock();
    const store = mapStore(clock);
    let gets = 0;
    const counting = { ...store, get: (key: string) => (gets++, store.get(key)) };
    const cache = createCache({ clock, store: counting, memory: false });
    let runs = 0;
    const ask = (): Promise<number> => cache.wrap('k', () => ++runs, { ttl: '1s' });
    await cache.withMemo(async () => {
      await ask();
      clock.advance(2000);
      expect([await ask(), await cache.get('k'), runs, gets]).toEqual([1, 1, 1, 1]);
      await cache.delete('k');
      expect(await ask()).toBe(2);
    });
    clock.advance(2000);
    expect(await ask()).toBe(3);
  });

  test('requests do not share it, and changing what was got changes nothing', async () => {
    const { cache } = start();
    const ask = (): Promise<{ n: number }> => cache.wrap('k', () => ({ n: 1 }), { ttl: 0 });
    await Promise.all([
      cache.withMemo(async () => {
        (await ask()).n = 2;
        expect(await ask()).toEqual({ n: 1 });
      }),
      cache.withMemo(async () => expect(await ask()).toEqual({ n: 1 })),
    ]);
  });
});

describe('depends', () => {
  test('whoever invalidates a tag invalidates all that depend on it, through cycles', async () => {
    const { cache } = start();
    cache.depends('product:1', 'category:4');
    cache.depends('category:4', 'shop');
    cache.depends('shop', 'product:1');
    for (const tag of ['product:1', 'category:4', 'shop']) {
      await cache.set('k', 1, { tags: ['product:1'] });
      await cache.set('other', 1, { tags: ['product:2'] });
      await cache.invalidate({ tags: [tag] });
      expect([await cache.has('k'), await cache.has('other')]).toEqual([false, true]);
    }
  });

  test('it goes one way', async () => {
    const { cache } = start();
    cache.depends('product:1', 'category:4');
    await cache.set('category', 1, { tags: ['category:4'] });
    await cache.invalidate({ tags: ['product:1'] });
    expect(await cache.has('category')).toBe(true);
  });

  test('it holds for what is stored already', async () => {
    const { cache } = start();
    await cache.set('k', 1, { tags: ['product:1'] });
    cache.depends('product:1', 'category:4');
    await cache.invalidate({ tags: ['category:4'] });
    expect(await cache.has('k')).toBe(false);
  });

  test('a load that finds out what it depends on, after that was invalidated, is not stored', async () => {
    const { cache } = start();
    await cache.wrap('k', async (context) => {
      await cache.invalidate({ tags: ['category:4'] });
      context.tag('product:1');
      cache.depends('product:1', 'category:4');
      return 1;
    });
    expect(await cache.has('k')).toBe(false);
  });

  test('wrong tags are refused', () => {
    const { cache } = start();
    expect(() => cache.depends('', 'a')).toThrow('depends(): expected a tag');
    expect(() => cache.depends('a', 'b\n')).toThrow('control character');
  });
});
