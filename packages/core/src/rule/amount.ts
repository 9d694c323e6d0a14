/** What one unit is worth, by its name: `{ s: 1000, m: 60_000 }`. */
export type Units = Readonly<Record<string, number>>;

/** Reads `'1.5h'` as a whole number of the smallest unit; `undefined` unless the whole text is number and unit. */
export function readAmount(text: string, units: Units): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  return Math.round(Number(digits) * (units[unit] ?? 0));
}

/**
 * What the author of `'5 minutes'` probably meant: `'5m'`. `spellings` holds for each unit how people write it,
 * as a pattern over lower-case text. Only a guess for an error message: nothing is ever accepted by it.
 */
export function guessAmount(text: string, spellings: Readonly<Record<string, RegExp>>): string | undefined {
  const [, digits, word = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text.trim().toLowerCase()) ?? [];
  if (digits === undefined) return undefined;
  const unit = Object.keys(spellings).find((name) => spellings[name]?.test(word));
  return unit === undefined ? undefined : digits + unit;
}
