import { expect, test } from 'vitest';
import { AUTHORITY_SHAPING } from './forwarded.js';

test('names are lower case, unique and sorted, and the list is frozen', () => {
  expect(AUTHORITY_SHAPING).toEqual(
    [...new Set(AUTHORITY_SHAPING.map((name) => name.toLowerCase()))].toSorted(),
  );
  expect(Object.isFrozen(AUTHORITY_SHAPING)).toBe(true);
});

test.each([
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-original-url',
  'x-rewrite-url',
  'front-end-https',
])('P01 P03 P06 %s is among them', (name) => {
  expect(AUTHORITY_SHAPING).toContain(name);
});
