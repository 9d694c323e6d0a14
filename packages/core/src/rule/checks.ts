import { inWords, optionError, ShelflifeError } from '../errors.js';
import { SYNCHRONOUS } from './call.js';
import { closest } from './options.js';

/** Checks of single options. All return the value, frozen, or throw `ERR_OPTION` with the fix. */

/** `true` or `false`, and nothing that merely counts as such. */
export function booleanOption(where: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const fix = value === 'true' || value === 'false' ? `Write ${value} without quotes.` : undefined;
  throw optionError(where, 'true or false', value, fix);
}

/** A share of a whole. */
export function shareOption(where: string, value: unknown, fix?: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw optionError(where, 'a number from 0 to 1', value, fix);
}

/** One of a few words. */
export function wordOption<T extends string>(where: string, value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const suggestion = typeof value === 'string' ? closest(value, words) : undefined;
  const fix = suggestion === undefined ? undefined : `Did you mean '${suggestion}'?`;
  throw optionError(where, words.map((word) => `'${word}'`).join(' or '), value, fix);
}

/** An array of non-empty strings; `check` may throw for a single one and returns what is kept of it. */
export function listOption(
  where: string,
  value: unknown,
  what: string,
  check: (where: string, name: string) => string,
): readonly string[] {
  if (!Array.isArray(value)) {
    const fix = typeof value === 'string' ? `Write [${inWords(value)}].` : undefined;
    throw optionError(where, `an array of ${what}`, value, fix);
  }
  // Array.from visits the holes of a sparse array too.
  const names = Array.from(value as readonly unknown[], (name, index) => {
    const place = `${where}[${index}]`;
    if (typeof name !== 'string' || name === '') throw optionError(place, 'a non-empty string', name);
    return check(place, name);
  });
  return Object.freeze([...new Set(names)]);
}

/** A function of the user, called with whatever it is to get; what it returns is to be checked. */
export type UncheckedFunction = (...args: unknown[]) => unknown;

/** A function that may answer later. */
export function askingFunctionOption(where: string, value: unknown): UncheckedFunction {
  if (typeof value === 'function') return value as UncheckedFunction;
  throw optionError(where, 'a function, which may be asynchronous', value);
}

/** A function that is not asynchronous, as far as one can see without calling it. */
export function functionOption(where: string, value: unknown): UncheckedFunction {
  if (typeof value !== 'function') throw optionError(where, 'a function', value);
  const tag = Object.prototype.toString.call(value);
  if (!/Async|Generator/.test(tag)) return value as UncheckedFunction;
  const words = tag.includes('Generator') ? 'a generator' : 'an async function';
  throw new ShelflifeError(
    'ERR_OPTION',
    `${where}: expected a function that answers at once, got ${words}. ${SYNCHRONOUS}`,
  );
}
