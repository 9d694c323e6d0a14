import { optionError, ShelflifeError } from '../errors.js';

/**
 * Checks that `value` is a plain object that holds none but the `known` options.
 *
 * `rule.tll: unknown option. Did you mean 'ttl'?`
 *
 * @param where the object as users write it, for the message: `rule`.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function rejectUnknown(where: string, value: unknown, known: readonly string[]): void {
  if (!isPlainObject(value)) throw optionError(where, 'an object of options', value, shortList(known));
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    throw new ShelflifeError(
      'ERR_OPTION',
      `${where}.${name.slice(0, 60)}: unknown option. ${advice(name, known)}`,
    );
  }
}

function shortList(known: readonly string[]): string | undefined {
  return known.length <= 8 ? `Known options: ${known.join(', ')}.` : undefined;
}

/** The one of `known` that `name` was probably meant to be, or `undefined`. */
export function closest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = 1 + Math.min(2, Math.floor(name.length / 2));
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function advice(name: string, known: readonly string[]): string {
  const suggestion = closest(name, known);
  return suggestion === undefined ? `Known options: ${known.join(', ')}.` : `Did you mean '${suggestion}'?`;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second half accepts objects of another realm (vm, test runners).
  return prototype === null || (!Array.isArray(value) && Object.getPrototypeOf(prototype) === null);
}

/** Insertions, deletions, replacements and swaps of neighbours; `limit` when there are at least so many. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= a.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const step = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same);
      rows[row]?.push(swapped ? Math.min(step, at(row - 2, column - 2) + 1) : step);
    }
  }
  return Math.min(limit, at(a.length, b.length));
}
