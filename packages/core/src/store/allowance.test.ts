import { expect, test } from 'vitest';
import { createAllowance } from './allowance.js';

test('no more is taken than there is, in count and in bytes', () => {
  const allowance = createAllowance(2, 100);
  const first = allowance.take(90);
  expect(allowance.take(11)).toBeUndefined();
  expect(allowance.take(10)).toBeDefined();
  expect(allowance.take(0)).toBeUndefined();
  first?.();
  expect(allowance.take(91)).toBeUndefined();
  expect(allowance.take(90)).toBeDefined();
});
