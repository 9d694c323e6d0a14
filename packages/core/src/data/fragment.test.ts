import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { CacheOptions } from '../options.js';
import { gate } from '../testing/adapter/app.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { pass, settle } from '../testing/step.js';

function start(options: CacheOptions = {}): { readonly clock: FakeClock; readonly cache: Cache } {
  const clock = fakeClock();
  return { clock, cache: createCache({ clock, defaults: { ttl: '1h' }, ...options }) };
}

/** A page of three fragments within each other; how often each was rendered. */
function nested(cache: Cache): {
  readonly page: () => Promise<string>;
  readonly runs: Record<string, number>;
} {
  const runs = { page: 0, list: 0, item: 0 };
  const item = (): Promise<string> =>
    cache.fragment('item', async () => (await settle(), `i${++runs.item}`), { tags: ['items'] });
  const list = (): Promise<string> =>
    cache.fragment(['list'], async () => `l${++runs.list} ${await item()}`, { tags: ['lists'] });
  return { page: () => cache.fragment('page', async () => `p${++runs.page} ${await list()}`), runs };
}

describe('fragments within each other', () => {
  test.each([
    ['the inner one, by tag', { tags: ['items'] }, [2, 2, 2]],
    ['the inner one, by key', { keys: ['item'] }, [2, 2, 2]],
    ['the one between', { tags: ['lists'] }, [2, 2, 1]],
    ['the outer one', { keys: ['page'] }, [2, 1, 1]],
    ['another one', { tags: ['others'] }, [1, 1, 1]],
  ])(
    'invalidating %s renders what is around it again, and nothing within',
    async (_which, target, counts) => {
      const { cache } = start();
      const { page, runs } = nested(cache);
      await page();
      await cache.invalidate(target);
      await page();
      expect([runs['page'], runs['list'], runs['item']]).toEqual(counts);
    },
  );

  test('the outer one is fresh no longer than the first within, also when that was there before', async () => {
    const { cache, clock } = start();
    let runs = 0;
    const inner = (): Promise<string> => cache.fragment('inner', () => String(++runs), { ttl: '10s' });
    const outer = (): Promise<string> => cache.fragment('outer', inner);
    await inner();
    clock.advance(4000);
    expect(await outer()).toBe('1');
    clock.advance(5999);
    expect(await outer()).toBe('1');
    clock.advance(1);
    expect(await outer()).toBe('2');
  });

  test('what lies within a fragment that was found counts for the one around it', async () => {
    const { cache } = start();
    const { page, runs } = nested(cache);
    await page();
    const shell = (): Promise<string> => cache.fragment('shell', async () => `<${await page()}>`);
    await shell();
    expect(runs).toEqual({ page: 1, list: 1, item: 1 });
    await cache.invalidate({ tags: ['items'] });
    expect(await shell()).toBe('<p2 l2 i2>');
  });

  test('a value within counts as well', async () => {
    const { cache } = start();
    let price = 1;
    const row = (): Promise<string> =>
      cache.fragment('row', async () => `${await cache.wrap('price', () => price)} €`);
    await row();
    price = 2;
    await cache.delete('price');
    expect(await row()).toBe('2 €');
  });
});

describe('a fragment', () => {
  test('is rendered once for all who ask at the same time', async () => {
    const { cache } = start();
    let runs = 0;
    const ask = (): Promise<string> => cache.fragment('k', async () => (await settle(), String(++runs)));
    expect(new Set(await Promise.all(Array.from({ length: 50 }, ask)))).toEqual(new Set(['1']));
  });

  test('whose rendering fails is not stored, nor is what is around it', async () => {
    const { cache } = start();
    let fails = true;
    const inner = (): Promise<string> =>
      cache.fragment('inner', () => (fails ? Promise.reject(new Error('no template')) : 'inner'));
    const outer = (): Promise<string> => cache.fragment('outer', async () => `<${await inner()}>`);
    await expect(outer()).rejects.toThrow('no template');
    fails = false;
    expect(await outer()).toBe('<inner>');
  });

  test('that was invalidated while it was rendered is not found afterwards', async () => {
    const { cache } = start();
    const { opened, open } = gate();
    const old = cache.fragment('k', async () => (await opened, 'old'), { tags: ['t'] });
    await settle();
    await cache.invalidate({ tags: ['t'] });
    open();
    expect(await old).toBe('old');
    expect(await cache.fragment('k', () => 'new')).toBe('new');
  });

  test('is served stale while it is rendered anew', async () => {
    const { cache, clock } = start();
    const ask = (text: string): Promise<string> =>
      cache.fragment('k', () => text, { ttl: '1s', swr: '1m', staleIfError: '1h' });
    await ask('old');
    clock.advance(1500);
    expect(await ask('new')).toBe('old');
    await pass(clock, 10);
    expect(await ask('newer')).toBe('new');
  });

  test('lies apart from the value of its key, and is invalid with it', async () => {
    const { cache } = start();
    await cache.set('k', { name: 'lamp' });
    const ask = (text: string): Promise<string> => cache.fragment('k', () => text);
    expect(await ask('<b>lamp</b>')).toBe('<b>lamp</b>');
    expect(await cache.get('k')).toEqual({ name: 'lamp' });
    await cache.set('k', { name: 'sofa' });
    expect(await ask('<b>sofa</b>')).toBe('<b>sofa</b>');
  });

  test('of bytes comes back as bytes of the caller’s own', async () => {
    const { cache } = start();
    const ask = (): Promise<Buffer> => cache.fragment('k', () => Buffer.from('<p>'));
    (await ask()).fill(0);
    (await ask()).fill(0);
    expect(await ask()).toEqual(Buffer.from('<p>'));
    expectTypeOf(ask).returns.resolves.toEqualTypeOf<Buffer>();
  });

  test('is text or bytes, and nothing else', async () => {
    const { cache } = start();
    for (const wrong of [{ html: '' }, undefined, null, 5])
      await expect(cache.fragment('k', () => wrong as never)).rejects.toThrow(
        'fragment(): expected text or bytes from render()',
      );
    expect(await cache.fragment('k', () => '')).toBe('');
  });
});

describe('what is for one user', () => {
  const cart = (cache: Cache, user: string): Promise<string> =>
    cache.fragment(['cart', user], () => `cart of ${user}`, { private: true });

  test.each([
    ['fragment', (cache: Cache, render: () => Promise<string>) => cache.fragment('page', render)],
    ['value', (cache: Cache, render: () => Promise<string>) => cache.wrap('page', render)],
  ])('does not get into a %s that is for all, nor to who waits for it', async (_kind, make) => {
    const { cache } = start();
    const page = (user: string): Promise<string> =>
      make(cache, async () => (await settle(), `page with ${await cart(cache, user)}`));
    const users = ['alice', 'bob', 'carol'];
    const own = users.map((user) => `page with cart of ${user}`);
    expect(await Promise.all(users.map(page))).toEqual(own);
    expect(await Promise.all(users.map(page))).toEqual(own);
  });

  test('nor does a value that is private', async () => {
    const { cache } = start();
    const page = (user: string): Promise<string> =>
      cache.fragment('page', () => cache.wrap(['name', user], () => user, { private: true }));
    expect([await page('alice'), await page('bob')]).toEqual(['alice', 'bob']);
  });

  test('gets into one whose key names the user, through one between; and counts for it', async () => {
    const { cache, clock } = start();
    const runs = { between: 0, page: 0 };
    const between = (user: string): Promise<string> =>
      cache.fragment('between', async () => `${++runs.between} ${await cart(cache, user)}`, {
        tags: ['between'],
        ttl: '10s',
      });
    const page = (user: string): Promise<string> =>
      cache.fragment(['page', user], async () => `${++runs.page} ${await between(user)}`, { private: true });
    expect(await page('alice')).toBe('1 1 cart of alice');
    expect(await page('alice')).toBe('1 1 cart of alice');
    await cache.invalidate({ tags: ['between'] });
    expect(await page('alice')).toBe('2 2 cart of alice');
    await cache.invalidate({ keys: [['cart', 'alice']] });
    expect(await page('alice')).toBe('3 3 cart of alice');
    clock.advance(10_000);
    expect(await page('alice')).toBe('4 4 cart of alice');
  });
});

test('a value that is not stored counts for what is made of it all the same', async () => {
  const { cache } = start();
  let name: string | undefined;
  const row = (): Promise<string> =>
    cache.fragment('row', async () => (await cache.wrap('name', () => name, { tags: ['n'] })) ?? 'nobody');
  expect(await row()).toBe('nobody');
  name = 'alice';
  await cache.invalidate({ tags: ['n'] });
  expect(await row()).toBe('alice');
});
