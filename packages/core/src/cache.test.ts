import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from './cache.js';
import type { Outcome } from './exchange/types.js';
import { fakeClock } from './testing/fake-clock.js';
import { headOf, viewOf } from './testing/made.js';
import { mapStore } from './testing/map-store.js';

const RULE = { ttl: '1m', tags: ['t'] } as const;

/** Asks without waiting; a promise would be a mistake. */
function open(cache: Cache, view: Parameters<typeof viewOf>[0] = {}): Outcome {
  const outcome = cache.open(viewOf(view), cache.rule(RULE));
  expect(outcome).not.toBeInstanceOf(Promise);
  return outcome as Outcome;
}

/** Answers in place of a handler. */
function answer(outcome: Outcome, body = 'body'): void {
  if (outcome.action === 'reply') throw new Error('answered already');
  const head = headOf(200);
  outcome.capture!.complete(head, Buffer.from(body)).sink.end(head);
}

function fill(cache: Cache, view: Parameters<typeof viewOf>[0] = {}): void {
  answer(open(cache, view));
}

const bodyOf = (outcome: Outcome): string | undefined =>
  outcome.action === 'reply' ? Buffer.from(outcome.reply.body!).toString() : undefined;

describe('open', () => {
  test('answers from the memory tier at once, also in front of a store', async () => {
    for (const options of [{}, { store: mapStore() }]) {
      const cache = createCache(options);
      answer(await cache.open(viewOf(), cache.rule(RULE)));
      expect(bodyOf(open(cache))).toBe('body');
    }
  });

  test('waits for nobody but another request for the same, or a store', async () => {
    const cache = createCache();
    const first = open(cache);
    open(cache, { url: '/other' });
    const second = cache.open(viewOf(), cache.rule(RULE));
    expect(second).toBeInstanceOf(Promise);
    answer(first);
    expect(bodyOf(await second)).toBe('body');
    expect(createCache({ store: mapStore() }).open(viewOf(), cache.rule(RULE))).toBeInstanceOf(Promise);
  });

  test('says its name in Cache-Status', () => {
    const cache = createCache({ name: 'shop-cache' });
    expect(open(cache)).toMatchObject({ action: 'forward', cacheStatus: 'shop-cache; fwd=miss' });
  });

  test('without a memory tier everything goes to the handler', () => {
    const cache = createCache({ memory: false });
    fill(cache);
    expect(open(cache).action).toBe('forward');
  });
});

describe('invalidate', () => {
  test('rejects what cannot match, and never throws', async () => {
    const cache = createCache();
    await expect(cache.invalidate({})).rejects.toMatchObject({ code: 'ERR_TARGET' });
    await expect(cache.invalidate(undefined as never)).rejects.toMatchObject({ code: 'ERR_OPTION' });
    expect(cache.stats().invalidations).toBe(0);
  });

  test('has taken effect before its promise resolves', () => {
    const cache = createCache();
    fill(cache);
    void cache.invalidate({ tags: ['t'] });
    expect(open(cache).action).toBe('forward');
  });

  test('tells of itself', async () => {
    const cache = createCache();
    const events: unknown[] = [];
    cache.on('invalidated', (event) => events.push(event));
    const { token } = await cache.invalidate({ tags: ['t'], mode: 'stale' });
    expect(events).toEqual([{ type: 'invalidated', names: ['t:t'], mode: 'stale', position: 1 }]);
    expect(token).toMatch(/^[\da-f-]{36}:1$/);
  });
});

describe('stats', () => {
  test('are zero in the beginning', () => {
    const { memory, ...rest } = createCache({ memory: { maxSize: '1mb' } }).stats();
    expect(rest).toMatchObject({ hits: 0, stale: 0, misses: 0, hitRatio: 0, bypass: {}, notStored: {} });
    expect(memory).toEqual({ bytes: 0, maxBytes: 1024 ** 2, entries: 0, evictions: 0 });
  });

  test('count what happened', async () => {
    const clock = fakeClock();
    const cache = createCache({ clock, memory: { maxEntries: 2 }, defaults: { swr: '1m' } });
    for (const url of ['/a', '/b', '/c']) fill(cache, { url });
    for (let times = 0; times < 3; times++) open(cache, { url: '/c' });
    clock.advance(61_000);
    open(cache, { url: '/c', reenter: () => new Promise(() => {}) });
    open(cache, { headers: { cookie: 'a=b' } });
    open(cache, { method: 'POST' });
    const refused = open(cache, { url: '/d' });
    if (refused.action === 'forward') refused.capture!.complete(headOf(500), Buffer.from('x'));
    open(cache, { url: '/e' });
    const waiting = cache.open(viewOf({ url: '/e' }), cache.rule(RULE));
    expect(cache.stats()).toMatchObject({
      hits: 3,
      stale: 1,
      misses: 5,
      collapsed: 0,
      hitRatio: 4 / 9,
      stored: 3,
      refreshes: 1,
      flights: 1,
      bypass: { COOKIE: 1, METHOD: 1 },
      notStored: { 'NO-LIFETIME': 1 },
      memory: { entries: 2, evictions: 1 },
    });
    clock.advance(5000);
    await waiting;
    expect(cache.stats().misses).toBe(6);
  });
});

describe('close', () => {
  test('lets the answers that are being made arrive, and later requests go to the handler', async () => {
    const cache = createCache();
    const [first, second] = [open(cache), cache.open(viewOf(), cache.rule(RULE))];
    let isClosed = false;
    const closing = cache.close().then(() => (isClosed = true));
    expect(open(cache)).toMatchObject({
      capture: undefined,
      cacheStatus: 'shelflife; fwd=bypass; detail=CLOSED',
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    answer(first);
    expect(bodyOf(await second)).toBe('body');
    await closing;
    expect(open(cache).action).toBe('forward');
    expect(cache.stats()).toMatchObject({
      flights: 0,
      bypass: { CLOSED: 2 },
      memory: { bytes: 0, entries: 0 },
    });
  });

  test('waits ten seconds at most', async () => {
    const clock = fakeClock();
    const cache = createCache({ clock });
    open(cache);
    const closing = cache.close();
    clock.advance(10_000);
    await closing;
    expect(clock.pending).toBe(0);
  });

  test('ends background refreshes, and is the same when it is called again', async () => {
    const clock = fakeClock();
    const cache = createCache({ clock, defaults: { swr: '1m' } });
    fill(cache);
    clock.advance(61_000);
    let signal: AbortSignal | undefined;
    open(cache, { reenter: async (request) => void (signal = request.signal) });
    const closing = cache.close();
    expect(signal?.aborted).toBe(true);
    expect(cache.close()).toBe(closing);
    await closing;
  });

  test('closes the store', async () => {
    let closed = 0;
    const store = { ...mapStore(), close: async () => void closed++ };
    const cache = createCache({ store });
    await cache.close();
    await cache.close();
    expect(closed).toBe(1);
  });

  test('ends invalidations', async () => {
    const cache = createCache();
    await cache.close();
    await expect(cache.invalidate({ all: true })).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});
