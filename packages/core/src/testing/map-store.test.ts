import { expect, test } from 'vitest';
import { fakeClock } from './fake-clock.js';
import { mapStore } from './map-store.js';

test('a value is there to the end of its time and counted until it is asked for', async () => {
  const clock = fakeClock();
  const store = mapStore(clock);
  await store.set('k', Uint8Array.of(1), 100);
  clock.advance(99);
  expect(await store.get('k')).toEqual(Uint8Array.of(1));
  clock.advance(1);
  expect(store.size).toBe(1);
  expect(await store.get('k')).toBeUndefined();
  expect(store.size).toBe(0);
});

test('close lets everything go', async () => {
  const store = mapStore();
  await store.set('k', Uint8Array.of(1), 100);
  await store.close?.();
  expect(store.size).toBe(0);
});
