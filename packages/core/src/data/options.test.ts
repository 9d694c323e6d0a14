import { describe, expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { fail, startOrigin } from '../testing/origin.js';
import { settle } from '../testing/step.js';
import type { LoadContext } from './context.js';
import type { DataRule } from './rule.js';

describe('ahead of time', () => {
  test('refreshAhead: the look-up after that share of the lifetime gets the old value and has a new one made', async () => {
    const origin = await startOrigin({ refreshAhead: 0.8 });
    origin.clock.advance(7999);
    expect([await origin.ask(), origin.runs]).toEqual([1, 1]);
    origin.clock.advance(1);
    expect([await origin.ask(), origin.runs]).toEqual([1, 2]);
    await settle();
    expect([await origin.ask(), origin.runs]).toEqual([2, 2]);
  });

  test('jitter ends what is stored together at different times, never later than ttl', async () => {
    const { cache, clock } = await startOrigin({});
    const ends = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        await cache.set(`k${at}`, at, { ttl: '100s', jitter: 0.2 });
        return (await cache.freshUntil(`k${at}`))! - clock.now();
      }),
    );
    expect(new Set(ends).size).toBeGreaterThan(150);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(80_000);
    expect(Math.max(...ends)).toBeLessThanOrEqual(100_000);
  });
});

describe('nothing there', () => {
  test.each([
    ['null is a value', null, {}, '60s', 1],
    ['undefined is not stored', undefined, {}, '0s', 2],
    ['negativeTtl stores undefined', undefined, { negativeTtl: '5s' }, '4s', 1],
    ['for as long as it says', undefined, { negativeTtl: '5s' }, '5s', 2],
    ['and null', null, { negativeTtl: '5s', swr: '1m' }, '5s', 2],
  ] as const)('%s', async (_title, value, rule, after, expected) => {
    const { cache, clock } = await startOrigin({});
    let runs = 0;
    const ask = (): Promise<unknown> => cache.wrap('n', () => (runs++, value), { ttl: '1h', ...rule });
    expect(await ask()).toBe(value);
    clock.advance(Number.parseInt(after, 10) * 1000);
    expect(await ask()).toBe(value);
    expect(runs).toBe(expected);
  });

  test('an error is never stored', async () => {
    const origin = await startOrigin({ negativeTtl: '1m' });
    await origin.cache.delete('k');
    origin.behave = fail;
    await expect(origin.ask()).rejects.toThrow('down');
    origin.behave = () => 'up';
    expect(await origin.ask()).toBe('up');
  });
});

test('context.stale is the old value, for a source that says "not modified"', async () => {
  const { cache, clock } = await startOrigin({});
  const load = async (context: LoadContext): Promise<{ etag: string; n: number }> => {
    const stale = context.stale as { etag: string; n: number } | undefined;
    return stale?.etag === 'a' ? stale : { etag: 'a', n: Math.random() };
  };
  const ask = (): Promise<{ etag: string; n: number }> =>
    cache.wrap('c', load, { ttl: '1s', staleIfError: '1h' });
  const first = await ask();
  clock.advance(1000);
  expect(await ask()).toEqual(first);
  expect(await cache.has('c')).toBe(true);
  await cache.delete('c');
  expect(await ask()).not.toEqual(first);
});

test('a schema on read turns a misfit into a miss', async () => {
  const { cache } = await startOrigin({});
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: async (value: unknown) =>
        typeof (value as { price?: unknown }).price === 'number'
          ? { value }
          : { issues: [{ message: 'price' }] },
    },
  };
  await cache.set('p', { cost: 1 });
  expect(await cache.wrap('p', () => ({ price: 2 }), { schema })).toEqual({ price: 2 });
  expect(await cache.wrap('p', () => ({ price: 3 }), { schema })).toEqual({ price: 2 });
});

test.each<[DataRule, RegExp]>([
  [{ swr: 5 as never }, /options.swr: .*Write '5s'/],
  [{ refreshAhead: 80 }, /options.refreshAhead: expected a number from 0 to 1/],
  [{ jitter: -1 }, /options.jitter/],
  [{ earlyRefresh: Infinity }, /options.earlyRefresh/],
  [{ timeout: { soft: 0 } }, /options.timeout.soft: .*above 0/],
  [{ timeout: { firm: '1s' } as never }, /options.timeout.firm: unknown option/],
  [{ schema: {} as never }, /Standard Schema/],
  [{ tll: '1s' } as never, /Did you mean 'ttl'/],
  [{ tags: (() => []) as never }, /context.tag/],
  [{ tags: 'a' as never }, /Write tags: \['products'\]/],
  [{ timeout: '1s' as never }, /options.timeout: expected { soft: '200ms'/],
])('%j is refused with the fix', async (rule, message) => {
  const cache = createCache({ defaults: { ttl: '1m' } });
  await expect(cache.wrap('k', () => 1, rule)).rejects.toThrow(message);
});
