import { expect, test } from 'vitest';
import { textsByName } from './order.js';

test('pieces are sorted by name, and those with one name keep their order', () => {
  const pieces = ['b1', 'a2', 'B1', 'a1', 'b0'].map((text) => ({ name: text.slice(0, 1), text }));
  expect(textsByName(pieces)).toEqual(['B1', 'a2', 'a1', 'b1', 'b0']);
});

test('nothing gives nothing', () => {
  expect(textsByName([])).toEqual([]);
});
