import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { CacheOptions } from '../options.js';
import { gate } from '../testing/adapter/app.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { faultyStore, SLOW_MS } from '../testing/faulty-store.js';
import { mapStore } from '../testing/map-store.js';
import { memoryTransport } from '../testing/memory-transport.js';
import { pass, settle } from '../testing/step.js';

interface Processes {
  readonly clock: FakeClock;
  readonly start: (options?: CacheOptions) => Cache;
}

/** Caches with one store and one log, as if each were a process. */
function processes(): Processes {
  const clock = fakeClock();
  const store = mapStore(clock);
  const log = memoryTransport(clock);
  return {
    clock,
    start: (options = {}) => createCache({ clock, store, log, defaults: { ttl: '1m' }, ...options }),
  };
}

/** Two processes that have heard of the log. */
async function two(options?: CacheOptions): Promise<Processes & { readonly a: Cache; readonly b: Cache }> {
  const all = processes();
  const [a, b] = [all.start(options), all.start(options)];
  await pass(all.clock, 50);
  return { ...all, a, b };
}

describe('several processes', () => {
  test('one finds what the other has loaded, with tags and lifetime', async () => {
    const { clock, a, b } = await two();
    await a.wrap('k', () => new Map([['n', 1n]]), { ttl: '10s', tags: ['t'] });
    await pass(clock, 20);
    expect(await b.wrap('k', () => 'own')).toEqual(new Map([['n', 1n]]));
    expect(await b.freshUntil('k')).toBe(await a.freshUntil('k'));
    await a.invalidate({ tags: ['t'] });
    await pass(clock, 50);
    expect(await b.wrap('k', () => 'own')).toBe('own');
  });

  test('a load that began before the other process invalidated is not found after it', async () => {
    const { clock, a, b } = await two();
    const { opened, open } = gate();
    const old = a.wrap('k', async () => (await opened, 'old'));
    await settle();
    await b.delete('k');
    await pass(clock, 50);
    open();
    expect(await old).toBe('old');
    await pass(clock, 20);
    expect(await Promise.all([a.get('k'), b.get('k')])).toEqual([undefined, undefined]);
  });

  test('a stale value of another process is served while this one loads anew', async () => {
    const { clock, a, b } = await two();
    await a.wrap('k', () => 'old', { ttl: '1s', swr: '1m' });
    await pass(clock, 1000, 100);
    expect(await b.wrap('k', () => 'new', { ttl: '10s' })).toBe('old');
    await pass(clock, 20);
    expect(await b.get('k')).toBe('new');
  });

  test('what a schema refuses in one process is loaded anew', async () => {
    const { clock, a, b } = await two();
    await a.set('k', { version: 1 });
    await pass(clock, 20);
    const schema = {
      '~standard': {
        version: 1 as const,
        validate: (value: unknown) => ((value as { version: number }).version === 2 ? {} : { issues: [] }),
      },
    };
    expect(await b.wrap('k', () => ({ version: 2 }), { schema })).toEqual({ version: 2 });
  });
});

describe('a store that fails', () => {
  test.each(['throw', 'reject', 'hang', 'slow', 'garbage'] as const)('%s: the load runs', async (fault) => {
    const clock = fakeClock();
    const store = faultyStore(mapStore(clock), { get: fault, set: fault, delete: fault }, clock);
    const cache = createCache({ clock, store, memory: false, defaults: { ttl: '1m' } });
    const asked = cache.wrap('k', () => 'loaded');
    await pass(clock, SLOW_MS + 50, 50);
    expect(await asked).toBe('loaded');
  });
});

describe('values in the store', () => {
  const secret = (id: string, fill: number): { id: string; key: Uint8Array } => ({
    id,
    key: new Uint8Array(32).fill(fill),
  });
  const TEXT = 'confidential '.repeat(1000);

  /** What a cache with the options `read` finds of what one with `write` has stored, and what lay in the store. */
  async function through(
    write: CacheOptions['values'],
    read: CacheOptions['values'],
    change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
  ): Promise<{ readonly got: unknown; readonly raw: Buffer }> {
    const clock = fakeClock();
    const inner = mapStore(clock);
    let raw = Buffer.alloc(0);
    const store = {
      ...inner,
      set: (key: string, bytes: Uint8Array, ttl: number) => {
        raw = Buffer.from(bytes);
        return inner.set(key, change(bytes), ttl);
      },
    };
    const log = memoryTransport(clock);
    const make = (values: CacheOptions['values']): Cache =>
      createCache({ clock, store, log, defaults: { ttl: '1m' }, ...(values && { values }) });
    const [writer, reader] = [make(write), make(read)];
    await pass(clock, 50);
    await writer.set('k', TEXT);
    await pass(clock, 50);
    return { got: await reader.get('k'), raw };
  }

  test('compressed above a size; who does not compress reads them too', async () => {
    const { got, raw } = await through({ compressAbove: '1kb' }, {});
    expect(got).toBe(TEXT);
    expect(raw.byteLength).toBeLessThan(TEXT.length / 10);
    expect((await through({ compressAbove: '64kb' }, {})).raw.byteLength).toBeGreaterThan(TEXT.length);
  });

  test('encrypted: not readable, and read with the same secret only', async () => {
    const [one, other] = [secret('1', 1), secret('1', 2)];
    const { got, raw } = await through({ secrets: [one] }, { secrets: [one] });
    expect(got).toBe(TEXT);
    expect(raw.includes('confidential')).toBe(false);
    expect((await through({ secrets: [one] }, { secrets: [other] })).got).toBeUndefined();
    expect((await through({ secrets: [one] }, {})).got).toBeUndefined();
  });

  test('who encrypts does not take what is not encrypted', async () => {
    expect((await through({}, { secrets: [secret('1', 1)] })).got).toBeUndefined();
  });

  test('rotation: a new secret in front, the old one still reads', async () => {
    const [old, next] = [secret('2026-10', 1), secret('2026-11', 2)];
    const compressAbove = '1kb';
    expect((await through({ secrets: [old], compressAbove }, { secrets: [next, old] })).got).toBe(TEXT);
    expect((await through({ secrets: [next, old] }, { secrets: [next] })).got).toBe(TEXT);
    expect((await through({ secrets: [old] }, { secrets: [next] })).got).toBeUndefined();
  });

  test.each([
    [{ secrets: [{ id: 'a', key: 'short' }] }, /secrets\[0\].key: expected 32 bytes/],
    [{ secrets: [{ id: '', key: new Uint8Array(32) }] }, /secrets\[0\].id/],
    [{ secrets: [secret('a', 1), secret('a', 2)] }, /Two have the same/],
    [{ compressAbove: '1 kb' }, /compressAbove/],
    [{ compres: 1 }, /unknown option/],
  ])('%j is refused', (values, message) => {
    expect(() => createCache({ values: values as never })).toThrow(message);
  });
});
