import { expect, test } from 'vitest';
import { safeOptions } from './settings.js';

const { retryStrategy, reconnectOnError } = safeOptions('commands') as {
  readonly retryStrategy: (attempt: number) => number;
  readonly reconnectOnError: (error: Error) => boolean;
};

test('F61 attempts to connect grow apart, never stop, and do not fall on the same moment', () => {
  for (let attempt = 1; attempt < 2000; attempt++) {
    const delay = retryStrategy(attempt);
    const usual = Math.min(50 * 2 ** (attempt - 1), 1000);
    expect(delay).toBeGreaterThanOrEqual(usual / 2);
    expect(delay).toBeLessThanOrEqual(1.5 * usual);
  }
  expect(new Set(Array.from({ length: 100 }, () => retryStrategy(5))).size).toBeGreaterThan(90);
});

test.each([
  [`READONLY You can't write against a read only replica.`, true],
  ['UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)', true],
  ['OOM command not allowed', false],
  ['ERR READONLY', false],
])('F07 after %j it looks for the primary again: %s', (message, expected) => {
  expect(reconnectOnError(new Error(message))).toBe(expected);
});
