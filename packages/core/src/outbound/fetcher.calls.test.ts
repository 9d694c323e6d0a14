import { describe, expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { gate } from '../testing/adapter/app.js';
import { fakeClock } from '../testing/fake-clock.js';
import { startFetching } from '../testing/fetching.js';
import { mapStore } from '../testing/map-store.js';
import { memoryTransport } from '../testing/memory-transport.js';
import { pass, settle } from '../testing/step.js';

const FRESH = { 'cache-control': 'max-age=60' };
const ADDRESS = 'https://api.example/';

describe('those who ask at the same time', () => {
  test('wait for one call', async () => {
    const fetching = startFetching(FRESH);
    fetching.behave = async () => (await settle(), FRESH);
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetching.get()));
    expect(answers.filter((answer) => answer === '1 200 fwd=miss; stored').length).toBe(1);
    expect(answers.filter((answer) => answer === '1 200 hit; ttl=60; collapsed').length).toBe(19);
  });

  test.each([[{ 'cache-control': 'no-store' }], [{ 'cache-control': 'no-cache', etag: '"a"' }]])(
    'do not wait for what is not for all of them, and not one after the other: %j',
    async (fields) => {
      const fetching = startFetching();
      let [running, most] = [0, 0];
      fetching.behave = async () => {
        most = Math.max(most, ++running);
        await pass(fetching.clock, 10);
        running--;
        return fields;
      };
      const answers = await Promise.all(Array.from({ length: 5 }, () => fetching.get()));
      expect(new Set(answers).size).toBe(5);
      expect(most).toBe(4);
      await Promise.all(Array.from({ length: 5 }, () => fetching.get()));
      expect(most).toBe(5);
    },
  );

  test('all hear of the network that fails, and it is asked once', async () => {
    const fetching = startFetching();
    fetching.behave = async () => {
      await settle();
      throw new TypeError('fetch failed');
    };
    const ended = await Promise.allSettled([fetching.get(), fetching.get(), fetching.get()]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(fetching.asked.length).toBe(1);
  });

  test('do not wait for a call that began before an invalidation; its answer is not found later', async () => {
    const fetching = startFetching();
    const { opened, open } = gate();
    fetching.behave = async ({ run }) => {
      if (run === 1) await opened;
      return FRESH;
    };
    const old = fetching.get();
    await settle();
    await fetching.cache.invalidate({ keys: [ADDRESS] });
    expect(await fetching.get()).toBe('2 200 fwd=miss; stored');
    open();
    expect(await old).toContain('1 200');
    expect(await fetching.get()).toBe('2 200 hit; ttl=60');
  });

  test('nor does a read that overtakes a write count', async () => {
    const fetching = startFetching();
    const { opened, open } = gate();
    fetching.behave = async ({ init }) => {
      if (init.method === 'GET') await opened;
      return FRESH;
    };
    const old = fetching.get();
    await settle();
    await fetching.fetch(ADDRESS, { method: 'PUT', body: 'new' });
    open();
    await old;
    // What is invalid before it is stored takes no room either.
    expect(fetching.cache.stats().memory.entries).toBe(0);
    expect(await fetching.get()).toContain('fwd=miss');
  });
});

describe('a signal', () => {
  test('ends the wait of its caller, not that of others', async () => {
    const fetching = startFetching();
    for (const leads of [true, false]) {
      const { opened, open } = gate();
      fetching.behave = async () => (await opened, FRESH);
      const abort = new AbortController();
      const mine = (): Promise<string> => fetching.get(`/${leads}`, { signal: abort.signal });
      const others = (): Promise<string> => fetching.get(`/${leads}`);
      const [first, second] = leads ? [mine(), others()] : [others(), mine()];
      const [own, other] = leads ? [first, second] : [second, first];
      const ended = own.catch(String);
      await settle();
      abort.abort(new Error('my reason'));
      expect(await ended).toBe('Error: my reason');
      expect(fetching.asked.at(-1)!.init.signal!.aborted).toBe(false);
      open();
      expect(await other).toContain('200');
    }
    expect(fetching.asked.length).toBe(2);
  });

  test('of the last one ends the call', async () => {
    const fetching = startFetching();
    fetching.behave = () => new Promise(() => {});
    const aborts = [new AbortController(), new AbortController()];
    const ended = Promise.allSettled(aborts.map(({ signal }) => fetching.get('/', { signal })));
    await settle();
    aborts[0]!.abort();
    expect(fetching.asked[0]!.init.signal!.aborted).toBe(false);
    aborts[1]!.abort();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(fetching.asked[0]!.init.signal!.aborted).toBe(true);
    fetching.behave = () => FRESH;
    expect(await fetching.get()).toBe('2 200 fwd=miss; stored');
  });

  test('that is aborted already asks nobody', async () => {
    const { get, asked } = startFetching(FRESH);
    await expect(get('/', { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    expect(asked.length).toBe(0);
  });
});

describe('what is made of an answer', () => {
  test('is invalid with it, by tag and URL, fresh no longer; hits, misses and refreshed ones alike', async () => {
    const fetching = startFetching(FRESH, { tags: ['rates'] });
    const { cache, clock } = fetching;
    let runs = 0;
    const page = (): Promise<string> =>
      cache.wrap('page', async () => (await fetching.get(), `run ${++runs}`), { ttl: '1h' });
    await page();
    expect(await cache.freshUntil('page')).toBe(clock.now() + 60_000);
    await cache.invalidate({ tags: ['rates'] });
    expect(await page()).toBe('run 2');
    clock.advance(10_000);
    await cache.delete('page');
    await page();
    expect(await cache.freshUntil('page')).toBe(clock.now() + 50_000);
    await cache.invalidate({ keys: [ADDRESS] });
    expect(await page()).toBe('run 4');
  });

  test.each([
    ['no-store: nor is it stored', { 'cache-control': 'no-store' }, {}, [false, false]],
    [
      'private: neither, if its rule does not say so',
      { 'cache-control': 'private, max-age=60' },
      {},
      [false, true],
    ],
    [
      'private, but said to be for all',
      { 'cache-control': 'private, max-age=60' },
      { private: false },
      [true, false],
    ],
    ['said to be private', FRESH, { private: true }, [false, true]],
    ['nothing', {}, {}, [true, false]],
  ] as const)('%s', async (_what, fields, options, [isStored, isPrivate]) => {
    const { cache, get } = startFetching(fields, options);
    for (const _ of ['miss', 'hit']) {
      let was: boolean | undefined;
      await cache.wrap('page', async (context) => (await get(), (was = context.isPrivate)), { ttl: '1h' });
      expect([await cache.has('page'), was]).toEqual([isStored, isPrivate]);
      await cache.delete('page');
    }
  });
});

describe('several processes', () => {
  test('one finds what the other has stored, with its variants, and hears of its invalidations', async () => {
    const clock = fakeClock();
    const shared = { clock, store: mapStore(clock), log: memoryTransport(clock) };
    const fields = { ...FRESH, vary: 'accept-language' };
    const [one, other] = [startFetching(fields, {}, shared), startFetching(fields, {}, shared)];
    await pass(clock, 50);
    const german = { headers: { 'accept-language': 'de', authorization: 'a' } };
    await one.get('/', german);
    await pass(clock, 20);
    expect(await other.get('/', german)).toBe('1 200 hit; ttl=59');
    expect(await other.get('/', { headers: { ...german.headers, authorization: 'b' } })).toContain(
      'fwd=miss',
    );
    await one.cache.invalidate({ keys: [ADDRESS] });
    await pass(clock, 50);
    expect(await other.get('/', german)).toContain('fwd=');
  });

  test('a store that fails costs nothing but the hit', async () => {
    const store = {
      get: () => Promise.reject(new Error('down')),
      set: () => Promise.reject(new Error('down')),
      delete: () => Promise.reject(new Error('down')),
    };
    const { get } = startFetching(FRESH, {}, { store, memory: false });
    expect(await get()).toBe('1 200 fwd=miss; stored');
    expect(await get()).toBe('2 200 fwd=miss; stored');
  });
});

test('every call is an event', async () => {
  const { cache, get } = startFetching(FRESH);
  const events: unknown[] = [];
  cache.on('fetch', (event) => void events.push(event));
  await get();
  await get();
  await get('/', { cache: 'no-store' });
  expect(events).toEqual([
    { type: 'fetch', url: ADDRESS, hit: false, fwd: 'miss', stored: true },
    { type: 'fetch', url: ADDRESS, hit: true, ttl: 60 },
    { type: 'fetch', url: ADDRESS, hit: false, fwd: 'request', detail: 'REQUEST-NO-STORE' },
  ]);
});

test('what is no http passes by', async () => {
  const fetch: typeof globalThis.fetch = createCache().fetcher();
  expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello');
  await expect(fetch('nonsense')).rejects.toThrow(TypeError);
});
