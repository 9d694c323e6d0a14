import { describe, expect, test, vi } from 'vitest';
import type { ShelflifeError } from '../errors.js';
import { encodeParts } from '../key/encode.js';
import { keyDigest } from '../key/key.js';
import { fakeClock } from '../testing/fake-clock.js';
import { type Faults, SLOW_MS, faultyStore } from '../testing/faulty-store.js';
import { mapStore } from '../testing/map-store.js';
import { type StoredItem, encodeFrame } from './frame.js';
import type { Store } from './store.js';
import { createStoreTier } from './tier.js';

const ITEM: StoredItem = { kind: 'vary', names: ['accept'] };
const DEADLINE = 50;

function start(faults: Faults = {}, changes: Partial<Store> = {}) {
  const clock = fakeClock();
  const inner = mapStore(clock);
  const store = Object.assign(faultyStore(inner, faults, clock), changes);
  const failures: string[] = [];
  const failed = (operation: string, { code, message }: ShelflifeError): void =>
    void failures.push(`${operation} ${code} ${message}`);
  const tier = createStoreTier(store, { clock, deadline: DEADLINE, namespace: 'app', logId: 'log', failed });
  return { clock, inner, store, tier, failures };
}

const digestOf = (key: string): string => keyDigest(encodeParts(['app', key]));
const failure = (operation: string, why: string): string =>
  `${operation} ERR_STORE store.${operation}() failed: ${why}`;
const DAMAGED = failure('get', 'the entry is damaged or not of this version');

/** Lets everything run that needs no time. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const itemOf = (size: number): StoredItem => ({ kind: 'vary', names: ['x'.repeat(size)] });

describe('a store that works', () => {
  test('keeps items under the digest of their key until their time is over', async () => {
    const { tier, inner, clock, failures } = start();
    expect(await tier.get('any key \u2028')).toBeUndefined();
    tier.set('any key \u2028', ITEM, 99.5);
    expect(await tier.get('any key \u2028')).toEqual(ITEM);
    expect(await inner.get(digestOf('any key \u2028'))).toBeDefined();
    await settle();
    clock.advance(100);
    expect(await tier.get('any key \u2028')).toBeUndefined();
    expect(failures).toEqual([]);
  });

  test('is given whole milliseconds, and nothing that has no time left', () => {
    const set = vi.fn<Store['set']>(async () => {});
    const { tier } = start({}, { set });
    for (const ttl of [0, -1, NaN, 0.2, 10.5]) tier.set('k', ITEM, ttl);
    expect(set.mock.calls.map(([, , ttl]) => ttl)).toEqual([1, 11]);
  });

  test('keeps apart what another application puts into it', async () => {
    const { tier, inner, clock } = start();
    tier.set('k', ITEM, 1000);
    const rooms = { clock, deadline: DEADLINE, logId: 'log', failed: () => {} };
    expect(await createStoreTier(inner, { ...rooms, namespace: 'other' }).get('k')).toBeUndefined();
    expect(await createStoreTier(inner, { ...rooms, namespace: 'app' }).get('k')).toEqual(ITEM);
  });

  test('may say null in place of undefined', async () => {
    const { tier, failures } = start({}, { get: async () => null as never });
    expect([await tier.get('k'), failures]).toEqual([undefined, []]);
  });

  test('forgets what is deleted', async () => {
    const { tier, inner } = start();
    tier.set('k', ITEM, 1000);
    tier.delete('k');
    expect(await tier.get('k')).toBeUndefined();
    expect(inner.size).toBe(0);
  });

  test('is not offered more than it can take; what was there before goes', async () => {
    const { tier, failures } = start({}, { maxValueSize: 200 });
    tier.set('k', ITEM, 1000);
    expect(await tier.get('k')).toEqual(ITEM);
    tier.set('k', itemOf(200), 1000);
    expect(await tier.get('k')).toBeUndefined();
    expect(failures).toEqual([]);
  });
});

describe('what is not ours is a miss', () => {
  test('an item of another log, without a word: a restart is no failure', async () => {
    const { tier, inner, failures } = start();
    const digest = digestOf('k');
    await inner.set(digest, encodeFrame(digest, 'another log', ITEM), 1000);
    expect(await tier.get('k')).toBeUndefined();
    expect(failures).toEqual([]);
  });

  test.each([
    ['K15 the frame of another key', encodeFrame(digestOf('other'), 'log', ITEM)],
    ['S04 noise', Uint8Array.of(1, 2, 3)],
    ['a string', 'x' as unknown as Uint8Array],
  ])('%s, and it is reported', async (_, bytes) => {
    const { tier, failures } = start({}, { get: async () => bytes });
    expect(await tier.get('k')).toBeUndefined();
    expect(failures).toEqual([DAMAGED]);
  });
});

describe('a store that does not work costs its deadline at most', () => {
  test.each([
    ['throw', failure('get', 'thrown on purpose')],
    ['reject', failure('get', 'rejected on purpose')],
    ['garbage', DAMAGED],
  ] as const)('get: %s', async (fault, expected) => {
    const { tier, failures, store } = start({ get: fault });
    tier.set('k', ITEM, 1000);
    expect(await tier.get('k')).toBeUndefined();
    expect(failures).toEqual([expected]);
    store.faults = {};
    expect(await tier.get('k')).toEqual(ITEM);
  });

  test.each(['hang', 'slow'] as const)('get: %s', async (fault) => {
    const { tier, failures, clock } = start({ get: fault });
    const found = tier.get('k');
    clock.advance(DEADLINE);
    expect(await found).toBeUndefined();
    clock.advance(SLOW_MS);
    await settle();
    expect(failures).toEqual([failure('get', 'no answer within 50 ms')]);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['throw', 'thrown on purpose'],
    ['reject', 'rejected on purpose'],
    ['hang', 'no answer within 50 ms'],
    ['slow', 'no answer within 50 ms'],
  ] as const)('set and delete: %s', async (fault, why) => {
    const { tier, failures, clock } = start({ set: fault, delete: fault });
    tier.set('k', ITEM, 1000);
    tier.delete('k');
    await settle();
    clock.advance(DEADLINE);
    await settle();
    expect(failures).toEqual([failure('set', why), failure('delete', why)]);
  });
});

describe('writes under way are bounded', () => {
  const dropped = failure('set', 'too many writes are under way; this one was dropped');

  test('to 256, and counted until the store is done with them, not until the deadline', async () => {
    const { tier, failures, clock, store } = start({ set: 'slow' });
    for (let at = 0; at < 258; at += 1) tier.set(String(at), ITEM, 1000);
    expect(failures).toEqual([dropped, dropped]);
    clock.advance(DEADLINE);
    await settle();
    expect(failures).toHaveLength(2 + 256);
    tier.set('late', ITEM, 1000);
    expect(failures.at(-1)).toBe(dropped);
    clock.advance(SLOW_MS);
    await settle();
    store.faults = {};
    tier.set('again', ITEM, 1000);
    expect(await tier.get('again')).toEqual(ITEM);
  });

  test('to 16 MiB', () => {
    const { tier, failures } = start({ set: 'hang' });
    for (let at = 0; at < 5; at += 1) tier.set(String(at), itemOf(4_000_000), 1000);
    expect(failures).toEqual([dropped]);
  });
});

describe('drain', () => {
  test('waits for the writes, closes the store once, and nothing is asked of it afterwards', async () => {
    const calls: string[] = [];
    const { tier, clock, inner } = start({ set: 'slow' }, { close: async () => void calls.push('close') });
    tier.set('k', ITEM, 1000);
    const drained = [tier.drain(), tier.drain()];
    await settle();
    expect(calls).toEqual([]);
    clock.advance(DEADLINE);
    await Promise.all(drained);
    expect(calls).toEqual(['close']);
    tier.set('other', ITEM, 1000);
    tier.delete('other');
    expect(await tier.get('k')).toBeUndefined();
    expect(inner.size).toBe(0);
  });

  test('is content with a store that has nothing to close', async () => {
    const store: Store = { get: async () => undefined, set: async () => {}, delete: async () => {} };
    const tier = createStoreTier(store, {
      clock: fakeClock(),
      deadline: 50,
      namespace: 'app',
      logId: 'log',
      failed: () => {},
    });
    await expect(tier.drain()).resolves.toBeUndefined();
  });

  test('says when the store cannot be closed', async () => {
    const refusing = start({}, { close: () => Promise.reject(new Error('no')) });
    await expect(refusing.tier.drain()).rejects.toMatchObject({ code: 'ERR_STORE' });
    const hanging = start({}, { close: () => new Promise(() => {}) });
    const drained = hanging.tier.drain();
    await settle();
    hanging.clock.advance(5000);
    await expect(drained).rejects.toThrow('store.close() failed: no answer within 5000 ms');
  });
});
