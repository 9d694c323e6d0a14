import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DataKey, fragmentIdOf, fragmentTableOf, idOf, tableOf } from './key.js';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
const keys: fc.Arbitrary<DataKey> = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 }));

test('a look-up finds what was stored under the same key, whatever its length', () => {
  fc.assert(
    fc.property(keys, (key) => {
      expect(tableOf(key)).toBe(idOf(key).table);
      expect(fragmentTableOf(key)).toBe(fragmentIdOf(key).table);
    }),
  );
  for (let length = 1; length < 300; length++) {
    const key = 'k'.repeat(length);
    expect(tableOf(key)).toBe(idOf(key).table);
  }
});

test('a value, and a fragment of its key, lie apart', () => {
  expect(tableOf('a')).not.toBe(fragmentTableOf('a'));
});

test.each([() => tableOf(''), () => fragmentTableOf([''])])(
  'an empty text is no key of a look-up either',
  (look) => {
    expect(look).toThrow(expect.objectContaining({ code: 'ERR_TARGET' }));
  },
);
