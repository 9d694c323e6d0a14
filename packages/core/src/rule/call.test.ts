import { expect, test } from 'vitest';
import { callRule, ruleFunctionError } from './call.js';

test('the function gets its arguments and its result is handed through', () => {
  expect(callRule('tags', (a: number, b: number) => [a, b], 1, 2)).toEqual([1, 2]);
});

test.each([
  [new TypeError('no user'), 'rule.by threw: no user'],
  ['no user', `rule.by threw: 'no user'`],
  [undefined, 'rule.by threw: undefined'],
  [Object.create(null), 'rule.by threw: an object'],
])('K02 what it throws becomes the cause: %o', (cause: unknown, message) => {
  const call = (): never => {
    throw cause;
  };
  expect(() => callRule('by', call)).toThrow(
    expect.objectContaining({ code: 'ERR_RULE_FUNCTION', message, cause }),
  );
});

test('K02 a promise is refused, and its rejection ends nothing', async () => {
  const call = (): Promise<never> => Promise.reject(new Error('late'));
  expect(() => callRule('key', call)).toThrow(
    /^rule\.key: returned a promise\. Do the asynchronous part in a middleware/,
  );
  await new Promise(setImmediate);
});

test('nonsense is named with the fix', () => {
  const error = ruleFunctionError('key', 'a non-empty string', '', 'Return undefined to bypass the cache.');
  expect(error).toMatchObject({
    code: 'ERR_RULE_FUNCTION',
    message:
      'rule.key: expected a non-empty string, got an empty string. Return undefined to bypass the cache.',
  });
});
