import { expect, test } from 'vitest';
import { createLru } from './lru.js';
import type { EvictionPolicy } from './policy.js';

function lruOf(...keys: readonly string[]): EvictionPolicy {
  const lru = createLru();
  for (const key of keys) lru.add(key, 1);
  return lru;
}

function leaving(lru: EvictionPolicy): string {
  const order: string[] = [];
  for (let key = lru.victim(); key !== undefined; key = lru.victim()) {
    order.push(key);
    lru.remove(key);
  }
  return order.join(' ');
}

test('entries leave in the order they were added', () => {
  expect(leaving(lruOf('a', 'b', 'c'))).toBe('a b c');
});

test.each([
  ['a', 'b c a'],
  ['b', 'a c b'],
  ['c', 'a b c'],
  ['unknown', 'a b c'],
])('reading %s makes the order %s', (key, order) => {
  const lru = lruOf('a', 'b', 'c');
  lru.touch(key);
  expect(leaving(lru)).toBe(order);
});

test.each([
  ['a', 'b c'],
  ['b', 'a c'],
  ['c', 'a b'],
  ['unknown', 'a b c'],
])('removing %s leaves %s', (key, order) => {
  const lru = lruOf('a', 'b', 'c');
  lru.remove(key);
  expect(leaving(lru)).toBe(order);
});

test('asking for the victim does not remove it', () => {
  const lru = lruOf('a', 'b');
  expect([lru.victim(), lru.victim()]).toEqual(['a', 'a']);
});

test('an empty, emptied or cleared policy has no victim and can be used again', () => {
  const lru = lruOf();
  expect(lru.victim()).toBeUndefined();
  lru.add('a', 1);
  lru.remove('a');
  expect(lru.victim()).toBeUndefined();
  lru.add('b', 1);
  lru.clear();
  expect(lru.victim()).toBeUndefined();
  lru.add('c', 1);
  expect(leaving(lru)).toBe('c');
});
