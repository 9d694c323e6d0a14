import { inWords, ShelflifeError } from '../errors.js';

/** The options of a rule that are functions. */
export type RuleFunctionName = 'key' | 'tags' | 'by' | 'bypass' | 'validators';

/**
 * Calls a function of a rule. What it returns is not checked, except that it is no promise.
 *
 * @throws ShelflifeError `ERR_RULE_FUNCTION` when it threw (then with that as `cause`) or returned a promise.
 */
export function callRule<A extends readonly unknown[]>(
  name: RuleFunctionName,
  call: (...args: A) => unknown,
  ...args: A
): unknown {
  let result: unknown;
  try {
    result = call(...args);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : inWords(cause);
    throw new ShelflifeError('ERR_RULE_FUNCTION', `rule.${name} threw: ${message}`, { cause });
  }
  if (result instanceof Promise) refusePromise(name, result);
  return result;
}

/**
 * The error for a function of a rule that returned nonsense.
 *
 * `rule.key: expected a non-empty string, got null. Return undefined to bypass the cache.`
 */
export function ruleFunctionError(
  name: RuleFunctionName,
  expected: string,
  got: unknown,
  fix?: string,
): ShelflifeError {
  const words = got === '' ? 'an empty string' : inWords(got);
  const advice = fix === undefined ? '' : ` ${fix}`;
  return new ShelflifeError(
    'ERR_RULE_FUNCTION',
    `rule.${name}: expected ${expected}, got ${words}.${advice}`,
  );
}

function refusePromise(name: RuleFunctionName, promise: Promise<unknown>): never {
  // Its rejection is nobody's: left alone it would end the process.
  promise.catch(() => undefined);
  throw new ShelflifeError('ERR_RULE_FUNCTION', `rule.${name}: returned a promise. ${SYNCHRONOUS}`);
}

/** How to mend an asynchronous function of a rule. */
export const SYNCHRONOUS =
  'Do the asynchronous part in a middleware before the cache and read its result here.';
