import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeys, slotOf } from './keys.js';

const keys = createKeys('shop:');
const key = fc.string({
  unit: fc.constantFrom('a', 'b', '{', '}', '%', '7', 'd'),
  minLength: 1,
  maxLength: 8,
});

test('an entry and its lease have names of their own in one slot', () => {
  expect([keys.entry('a'), keys.lease('a'), keys.log]).toEqual([
    'shop:c:{a}',
    'shop:l:{a}',
    'shop:inv:{log}',
  ]);
  fc.assert(fc.property(key, (one) => slotOf(keys.entry(one)) === slotOf(keys.lease(one))));
});

test('different keys have different names', () => {
  expect(keys.entry('{')).not.toBe(keys.entry('%7b'));
  fc.assert(
    fc.property(key, key, (one, other) => (keys.entry(one) === keys.entry(other)) === (one === other)),
    { numRuns: 2000 },
  );
});

// Computed by `CLUSTER KEYSLOT` of Redis 7.0.15.
test.each([
  ['foo', 12_182],
  ['123456789', 12_739],
  ['{user1000}.following', 3443],
  ['{user1000}.followers', 3443],
  ['foo{}{bar}', 8363],
  ['foo{{bar}}zap', 4015],
  ['foo{bar}{zap}', 5061],
  ['', 0],
])('%j lies in slot %d', (name, slot) => {
  expect(slotOf(name)).toBe(slot);
});
