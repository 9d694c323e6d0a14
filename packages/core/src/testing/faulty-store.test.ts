import { expect, test } from 'vitest';
import { fakeClock } from './fake-clock.js';
import { SLOW_MS, faultyStore } from './faulty-store.js';
import { mapStore } from './map-store.js';

const BYTES = Uint8Array.of(1, 2, 3);

test('without faults it is the store inside, and says the same of itself', async () => {
  const store = faultyStore({ ...mapStore(), maxValueSize: 7 });
  await store.set('k', BYTES, 1000);
  expect(await store.get('k')).toEqual(BYTES);
  await store.delete('k');
  expect(await store.get('k')).toBeUndefined();
  expect(store.maxValueSize).toBe(7);
  expect('maxValueSize' in faultyStore(mapStore())).toBe(false);
});

test('throws, rejects, and mends when told to', async () => {
  const store = faultyStore(mapStore(), { get: 'throw', set: 'reject' });
  expect(() => store.get('k')).toThrow('thrown on purpose');
  await expect(store.set('k', BYTES, 1000)).rejects.toThrow('rejected on purpose');
  await store.delete('k');
  store.faults = {};
  await store.set('k', BYTES, 1000);
  expect(await store.get('k')).toEqual(BYTES);
});

test('garbage: reads noise, keeps noise, and only says that it deleted', async () => {
  const inner = mapStore();
  const store = faultyStore(inner, { get: 'garbage', delete: 'garbage' });
  await store.set('k', BYTES, 1000);
  expect(await store.get('k')).toHaveLength(300);
  await store.delete('k');
  expect(await inner.get('k')).toEqual(BYTES);
  store.faults = { set: 'garbage' };
  await store.set('k', BYTES, 1000);
  expect(await inner.get('k')).toHaveLength(300);
});

test('slow: works by the clock it was given; hang: never', async () => {
  const clock = fakeClock();
  const store = faultyStore(mapStore(clock), { get: 'slow', delete: 'hang' }, clock);
  await store.set('k', BYTES, 1000);
  const settled: unknown[] = [];
  void store.get('k').then((bytes) => settled.push(bytes));
  void store.delete('k').then(() => settled.push('deleted'));
  clock.advance(SLOW_MS - 1);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(settled).toEqual([]);
  clock.advance(1);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(settled).toEqual([BYTES]);
});
