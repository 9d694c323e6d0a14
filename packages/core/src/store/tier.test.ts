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
    tier.set('k', { kind: 'vary', names: ['x'.repeat(200)] }, 1000);
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
