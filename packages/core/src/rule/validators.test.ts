import { expect, test } from 'vitest';
import { resolveRule } from './resolve.js';
import type { Rule } from './rule.js';

const loose = (rule: unknown): Rule<never> => rule as Rule<never>;

test('validators may be asynchronous, as no other function of a rule', () => {
  const validators = async (): Promise<{ etag: string }> => ({ etag: '"v1"' });
  expect(resolveRule('rule', { validators }).validators).toBe(validators);
});

test.each<[rule: unknown, message: string]>([
  [
    { validators: { etag: '"v1"' } },
    'rule.validators: expected a function, which may be asynchronous, got an object.',
  ],
  [{ compress: 'gzip' }, `rule.compress: expected true or false, got 'gzip'.`],
])('%o is refused', (rule, message) => {
  expect(() => resolveRule('rule', loose(rule))).toThrow(message);
});
