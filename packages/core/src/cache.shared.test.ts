import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from './cache.js';
import type { CacheOptions } from './options.js';
import type { CacheEvent } from './events.js';
import type { Outcome } from './exchange/types.js';
import type { LogTransport } from './invalidation/transport.js';
import { type FakeClock, fakeClock } from './testing/fake-clock.js';
import { headOf, viewOf } from './testing/made.js';
import { mapStore } from './testing/map-store.js';
import { memoryTransport } from './testing/memory-transport.js';
import { pass, settle } from './testing/step.js';

const never = (): Promise<never> => new Promise(() => {});

/** Caches of several processes at one log; `spoil` changes the transport of one of them at any time. */
function start() {
  const clock = fakeClock();
  const sequence = memoryTransport(clock);
  const store = mapStore(clock);
  const events: CacheEvent[] = [];
  return {
    clock,
    sequence,
    events,
    process: async (spoil: Partial<LogTransport> = {}, options: CacheOptions = {}): Promise<Cache> => {
      const log: LogTransport = {
        id: 'memory',
        append: (...args) => spoil.append?.(...args) ?? sequence.append(...args),
        read: (...args) => spoil.read?.(...args) ?? sequence.read(...args),
        close: () => sequence.close(),
      };
      const cache = createCache({ clock, store, log, defaults: { ttl: '1h' }, ...options });
      cache.on('*', (event) => events.push(event));
      await pass(clock, 20);
      return cache;
    },
  };
}

/** Asks a cache; when the handler must run it answers with `text`. What the client got, and whether it was a hit. */
async function ask(cache: Cache, clock: FakeClock, text: string): Promise<string> {
  const outcome = await soon(cache.open(viewOf({ url: '/page' }), cache.rule({ tags: ['page'] })), clock);
  if (outcome.action === 'reply') return `hit ${Buffer.from(outcome.reply.body!).toString()}`;
  const head = headOf(200, { 'content-length': String(text.length) });
  outcome.capture!.complete(head, Buffer.from(text)).sink.end(head);
  return text;
}

/** What comes of it while time passes. */
async function soon(outcome: Outcome | Promise<Outcome>, clock: FakeClock): Promise<Outcome> {
  let found: Outcome | undefined;
  void Promise.resolve(outcome).then((value) => (found = value));
  await settle();
  for (;;) {
    if (found !== undefined) return found;
    await pass(clock, 10, 10);
  }
}

describe('an invalidation of one process', () => {
  test('reaches what others have in memory and what is in the store', async () => {
    const { clock, process } = start();
    const [one, other] = [await process(), await process()];
    expect(await ask(one, clock, 'v1')).toBe('v1');
    expect(await ask(other, clock, 'v2')).toBe('hit v1');
    const { token } = await one.invalidate({ tags: ['page'] });
    expect(await other.confirm(token)).toBe(true);
    expect(await ask(other, clock, 'v2')).toBe('v2');
    expect(await ask(await process(), clock, 'v3')).toBe('hit v2');
  });

  test('reaches data, and a value that is set', async () => {
    const { clock, process } = start();
    const [one, other] = [await process(), await process()];
    expect(await other.wrap('k', () => 'old')).toBe('old');
    await one.set('k', 'new');
    expect(await one.get('k')).toBe('new');
    await pass(clock, 50);
    // Not the old one from memory, but what lies in the store by now.
    expect(await other.get('k')).toBe('new');
    await other.delete('k');
    await pass(clock, 50);
    expect(await one.has('k')).toBe(false);
  });

  test('by an unsafe method is told in the background; a log that does not take it is an event', async () => {
    const { clock, process, events } = start();
    const spoil: Partial<LogTransport> = {};
    const [one, other] = [await process(spoil), await process()];
    await ask(one, clock, 'v1');
    await ask(other, clock, 'v1');
    spoil.append = () => Promise.reject(new Error('READONLY'));
    const outcome = await one.open(viewOf({ url: '/page', method: 'POST' }), one.rule());
    if (outcome.action === 'forward') outcome.capture!.complete(headOf(204), new Uint8Array());
    expect(await ask(one, clock, 'v2')).toBe('v2');
    await settle();
    const failure = events.find(({ type }) => type === 'invalidation-failed');
    expect(failure).toMatchObject({
      names: ['u:shop.example /page'],
      error: { code: 'ERR_NOT_ACKNOWLEDGED' },
    });
    expect(await ask(other, clock, 'v3')).toBe('hit v1');
    delete spoil.append;
    await pass(clock, 3000, 50);
    expect(await ask(other, clock, 'v3')).toBe('v3');
  });

  test('rejects when the log does not take it', async () => {
    const { process } = start();
    const cache = await process({ append: () => Promise.reject(new Error('READONLY')) });
    const refused = { code: 'ERR_NOT_ACKNOWLEDGED' };
    await expect(cache.invalidate({ tags: ['page'] })).rejects.toMatchObject(refused);
    await expect(cache.delete('k')).rejects.toMatchObject(refused);
    await expect(cache.set('k', 1)).rejects.toMatchObject(refused);
  });

  test('asked for by a replica rejects when there is none', async () => {
    const { process, sequence } = start();
    const append: LogTransport['append'] = async (record, known, durability) => {
      const appended = await sequence.append(record, known, durability);
      return durability === 'replicated' ? { ...appended, replicated: false } : appended;
    };
    const cache = await process({ append });
    await expect(cache.invalidate({ tags: ['page'], durability: 'replicated' })).rejects.toThrow(
      'no replica',
    );
    await cache.invalidate({ tags: ['page'] });
    const careful = await process({ append }, { invalidation: { durability: 'replicated' } });
    await expect(careful.invalidate({ tags: ['page'] })).rejects.toThrow('no replica');
  });
});

describe('a process that cannot reach the log', () => {
  test('serves what it has for maxStaleness, then only what its handlers began to make since then', async () => {
    const { clock, process, events } = start();
    const spoil: Partial<LogTransport> = {};
    const cache = await process(spoil);
    await ask(cache, clock, 'v1');
    spoil.read = never;
    await pass(clock, 4000, 100);
    expect(await ask(cache, clock, 'v2')).toBe('hit v1');
    await pass(clock, 3000, 100);
    expect(await ask(cache, clock, 'v3')).toBe('v3');
    await pass(clock, 4900, 100);
    expect(await ask(cache, clock, 'v4')).toBe('hit v3');
    await pass(clock, 200, 100);
    expect(await ask(cache, clock, 'v4')).toBe('v4');
    expect(cache.stats().log.state).toBe('down');
    expect(events.filter(({ type }) => type === 'log-changed')).toMatchObject([{ state: 'down' }]);
    delete spoil.read;
    await pass(clock, 3000, 100);
    expect([cache.stats().log.state, await ask(cache, clock, 'v5')]).toEqual(['live', 'hit v4']);
  });

  test('and what another process made is of unknown age', async () => {
    const { clock, process } = start();
    const spoil: Partial<LogTransport> = {};
    const [one, other] = [await process(), await process(spoil)];
    spoil.read = never;
    await pass(clock, 7000, 100);
    expect(await ask(one, clock, 'v1')).toBe('v1');
    expect(await ask(other, clock, 'v2')).toBe('v2');
  });

  test('still lets requests wait for one handler', async () => {
    const { clock, process } = start();
    const cache = await process({ read: never });
    await soon(cache.open(viewOf({ url: '/other' }), cache.rule()), clock);
    const [first, second] = [1, 2].map(() => cache.open(viewOf({ url: '/page' }), cache.rule()));
    const outcome = await first!;
    if (outcome.action !== 'forward') throw new Error('a hit of nothing');
    const head = headOf(200, { 'content-length': '2' });
    outcome.capture!.complete(head, Buffer.from('v1')).sink.end(head);
    expect((await second!).action).toBe('reply');
    expect(cache.stats().collapsed).toBe(1);
  });

  test('with no staleness allowed serves nothing and lets nobody wait', async () => {
    const { clock, process } = start();
    const spoil: Partial<LogTransport> = {};
    const cache = await process(spoil, { maxStaleness: 0 });
    await ask(cache, clock, 'v1');
    expect(await ask(cache, clock, 'v2')).toBe('hit v1');
    spoil.read = never;
    expect(await ask(cache, clock, 'v2')).toBe('v2');
    const open = () => soon(cache.open(viewOf({ url: '/x' }), cache.rule()), clock);
    const outcomes = await Promise.all([open(), open()]);
    expect(outcomes.map(({ action }) => action)).toEqual(['forward', 'forward']);
  });

  test('F01 from the start answers at once after the first deadline', async () => {
    const { clock, process } = start();
    const cache = await process({ read: never, append: never });
    const before = clock.now();
    await ask(cache, clock, 'v1');
    expect(clock.now() - before).toBeLessThanOrEqual(60);
    const after = clock.now();
    for (let at = 0; at < 20; at++) await ask(cache, clock, 'v2');
    expect(clock.now()).toBe(after);
  });
});

test('a hit is synchronous while the log is trusted', async () => {
  const { clock, process } = start();
  const cache = await process();
  await ask(cache, clock, 'v1');
  expect(cache.open(viewOf({ url: '/page' }), cache.rule({ tags: ['page'] }))).not.toBeInstanceOf(Promise);
});

test.each<[CacheOptions, string]>([
  [{ log: {} as LogTransport }, 'log: expected an object with id, append, read and close'],
  [{ maxStaleness: 5 as never }, 'maxStaleness: expected a duration'],
  [{ invalidation: { retries: 1 } as never }, 'retries'],
  [
    { invalidation: { durability: 'all' as never } },
    `invalidation.durability: expected 'primary' or 'replicated'`,
  ],
  [{ invalidation: { retryFor: 1000 as never } }, 'invalidation.retryFor: expected a duration'],
])('a wrong option is refused: %o', (options, message) => {
  expect(() => createCache(options)).toThrow(message);
});
