import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { gate } from '../testing/adapter/app.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';

function start(): { cache: Cache; clock: FakeClock } {
  const clock = fakeClock();
  return { clock, cache: createCache({ clock, defaults: { ttl: '1m' } }) };
}

/** A load that counts its runs and returns the number of the run. */
function counting(): { load: () => number; runs: () => number } {
  let runs = 0;
  return { load: () => ++runs, runs: () => runs };
}

describe('wrap', () => {
  test('a value is loaded once and found until it is no longer fresh', async () => {
    const { cache, clock } = start();
    const { load, runs } = counting();
    expect(await cache.wrap('n', load)).toBe(1);
    expect(await cache.wrap('n', load)).toBe(1);
    clock.advance(59_999);
    expect(await cache.wrap('n', load)).toBe(1);
    clock.advance(1);
    expect(await cache.wrap('n', load)).toBe(2);
    expect(runs()).toBe(2);
  });

  test('concurrent calls share one load', async () => {
    const { cache } = start();
    const { opened, open } = gate();
    let runs = 0;
    const load = async (): Promise<string> => (runs++, await opened, 'value');
    const all = Array.from({ length: 50 }, () => cache.wrap('k', load));
    open();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['value']));
    expect(runs).toBe(1);
  });

  test('an error goes to all who wait and is not stored', async () => {
    const { cache } = start();
    const failing = (): never => {
      throw new Error('no database');
    };
    const all = await Promise.allSettled([cache.wrap('k', failing), cache.wrap('k', failing)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.wrap('k', () => 'back')).toBe('back');
  });

  test.each([null, 0, '', false, new Date(5), new Map([['a', 1n]]), { a: undefined }, [1, 'two']])(
    '%o is stored and comes back as it was',
    async (value) => {
      const { cache } = start();
      expect(await cache.wrap('k', () => value)).toEqual(value);
      expect(await cache.wrap('k', () => 'another')).toEqual(value);
    },
  );

  test('undefined, what cannot be copied, and what was skipped is returned and not stored', async () => {
    const { cache } = start();
    expect(await cache.wrap('u', () => undefined)).toBeUndefined();
    expect(await cache.wrap('f', () => () => 'f')).toBeTypeOf('function');
    expect(await cache.wrap('s', (context) => (context.skip(), 's'))).toBe('s');
    for (const key of ['u', 'f', 's']) expect(await cache.has(key)).toBe(false);
  });

  test('a caller that changes what it got does not change what others get', async () => {
    const { cache } = start();
    const load = (): { n: number } => ({ n: 1 });
    const [first, second] = await Promise.all([cache.wrap('k', load), cache.wrap('k', load)]);
    first.n = 2;
    second.n = 3;
    expect(await cache.wrap('k', load)).toEqual({ n: 1 });
  });

  test('K06 keys are told apart, whatever they hold', async () => {
    const { cache } = start();
    const keys = ['ab', ['a', 'b'], ['ab', ''], '__proto__', 'constructor'];
    for (const [at, key] of keys.entries()) await cache.set(key, at);
    for (const [at, key] of keys.entries()) expect(await cache.get(key)).toBe(at);
  });

  test('until when a value is fresh can be asked', async () => {
    const { cache, clock } = start();
    await cache.set('k', 1, { ttl: '5s' });
    expect(await cache.freshUntil('k')).toBe(clock.now() + 5000);
    clock.advance(5000);
    expect(await cache.freshUntil('k')).toBeUndefined();
  });

  test('what is wrong is said with the fix', async () => {
    const cache = createCache();
    await expect(cache.wrap('', () => 1)).rejects.toMatchObject({ code: 'ERR_TARGET' });
    await expect(cache.wrap('k', () => 1)).rejects.toThrow(`Give { ttl: '5m' }`);
    await expect(cache.wrap('k', () => 1, { ttl: 300 as never })).rejects.toThrow(`Write '300s' or '300ms'`);
  });
});

describe('an invalidation is never undone by an older load (C01, C05, C10)', () => {
  test.each<[string, (cache: Cache) => Promise<unknown>]>([
    ['delete', (cache) => cache.delete('k')],
    ['set', (cache) => cache.set('k', 'new')],
    ['tag of the options', (cache) => cache.invalidate({ tags: ['a'] })],
    ['tag of the load', (cache) => cache.invalidate({ tags: ['b'] })],
    ['key', (cache) => cache.invalidate({ keys: ['k'] })],
    ['all', (cache) => cache.invalidate({ all: true })],
  ])('%s', async (_title, invalidate) => {
    const { cache } = start();
    const { opened, open } = gate();
    const old = cache.wrap('k', async (context) => (context.tag('b'), await opened, 'old'), { tags: ['a'] });
    await invalidate(cache);
    const late = cache.wrap('k', () => 'new');
    open();
    expect(await old).toBe('old');
    expect(await late).toBe('new');
    expect(await cache.wrap('k', () => 'new')).toBe('new');
  });
});

test.each([
  ['a tag of it', { tags: ['t'] }, undefined],
  ['its key', { keys: ['k'] }, undefined],
  ['something else', { tags: ['other'] }, 'new'],
])('set() with a mark, when %s was invalidated since', async (_title, target, expected) => {
  const { cache } = start();
  await cache.set('k', 'old');
  const since = cache.mark();
  await cache.invalidate(target);
  await cache.set('k', 'new', { tags: ['t'], since });
  expect(await cache.get('k')).toBe(expected);
});

test('an undefined that is being loaded is not for who asks after an invalidation of its tag', async () => {
  const { cache } = start();
  const { opened, open } = gate();
  const old = cache.wrap('k', async (context) => (context.tag('b'), await opened, undefined));
  await cache.invalidate({ tags: ['b'] });
  const late = cache.wrap<string | undefined>('k', () => 'new');
  open();
  expect([await old, await late]).toEqual([undefined, 'new']);
});

test('what a load gives is what callers get, for the compiler too', async () => {
  const { cache } = start();
  const one = await cache.wrap('k', (context) => (context.tag('t'), { n: 1 }));
  const [many] = await cache.wrapMany(
    ['a'],
    (missing, context) => (context.for('a')?.skip(), missing.map(() => 5n)),
  );
  expectTypeOf(one).toEqualTypeOf<{ n: number }>();
  expectTypeOf(many).toEqualTypeOf<bigint | undefined>();
  expect([one, many]).toEqual([{ n: 1 }, 5n]);
});
