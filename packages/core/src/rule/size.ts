import { optionError } from '../errors.js';
import { guessAmount, readAmount, type Units } from './amount.js';

const UNITS: Units = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

const SPELLINGS: Readonly<Record<string, RegExp>> = {
  b: /^(b|bytes?)$/,
  kb: /^(k|kb|kib)$/,
  mb: /^(m|mb|mib)$/,
  gb: /^(g|gb|gib)$/,
};

/**
 * Reads a size of an option: a positive whole number of bytes, or `'100b'`, `'512kb'`, `'64mb'`, `'1gb'`
 * (1 kb = 1024 bytes). Returns bytes.
 *
 * @param where the option as users write it, for the message: `rule.maxBodySize`.
 * @throws ShelflifeError `ERR_OPTION` for everything else.
 */
export function parseSize(where: string, value: unknown): number {
  const bytes = typeof value === 'string' ? readAmount(value, UNITS) : value;
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw optionError(where, `a size such as '64mb' or a positive whole number of bytes`, value, fixFor(value));
}

function fixFor(value: unknown): string {
  if (value === Infinity) return `The cache bounds everything in bytes: write the most you can spare.`;
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^\d+$/.test(text)) return `Write '${text}b' or '${text}mb'.`;
  const guess = guessAmount(text, SPELLINGS);
  if (guess !== undefined && Number.parseFloat(guess) > 0) return `Write '${guess}'.`;
  return `Write a number and a unit without a space: '100b', '512kb', '64mb', '1gb'.`;
}
