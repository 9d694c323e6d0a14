import { describe, expect, test } from 'vitest';
import { fakeClock } from '../testing/fake-clock.js';
import { type Faults, SLOW_MS, faultyStore } from '../testing/faulty-store.js';
import { mapStore } from '../testing/map-store.js';
import { pass, settle } from '../testing/step.js';
import type { StoredItem } from './frame.js';
import type { Store } from './store.js';
import { createStoreTier } from './tier.js';

const DEADLINE = 50;
const ITEM: StoredItem = { kind: 'vary', names: ['accept'] };
const itemOf = (size: number): StoredItem => ({ kind: 'vary', names: ['x'.repeat(size)] });

/** A tier in front of a store with a fault in `set`, or with a `close` of its own. */
function start(faults: Faults, close: NonNullable<Store['close']> = async () => {}) {
  const clock = fakeClock();
  const inner = mapStore(clock);
  const store = Object.assign(faultyStore(inner, faults, clock), { close });
  const failures: string[] = [];
  const failed = (_: string, error: Error): void => void failures.push(error.message);
  const options = { clock, deadline: DEADLINE, namespace: '', logId: 'log', failed };
  return { clock, inner, store, failures, options, tier: createStoreTier(store, options) };
}

describe('writes under way are bounded', () => {
  const dropped = 'store.set() failed: too many writes are under way; this one was dropped';

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
    // The breaker opened; a second later it finds that the store works.
    await pass(clock, 1000);
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
    const { tier, clock, inner } = start({ set: 'slow' }, async () => void calls.push('close'));
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
    const tier = createStoreTier(store, start({}).options);
    await expect(tier.drain()).resolves.toBeUndefined();
  });

  test('says when the store cannot be closed', async () => {
    const refusing = start({}, () => Promise.reject(new Error('no')));
    await expect(refusing.tier.drain()).rejects.toMatchObject({ code: 'ERR_STORE' });
    const hanging = start({}, () => new Promise(() => {}));
    const drained = hanging.tier.drain();
    await settle();
    hanging.clock.advance(5000);
    await expect(drained).rejects.toThrow('store.close() failed: no answer within 5000 ms');
  });
});
