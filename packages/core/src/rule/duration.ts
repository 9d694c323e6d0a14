import { optionError } from '../errors.js';
import { guessAmount, readAmount, type Units } from './amount.js';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNITS: Units = { ms: 1, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND, d: DAY };
const LONGEST = 3650 * DAY;

const SPELLINGS: Readonly<Record<string, RegExp>> = {
  ms: /^(ms|msecs?|millis|milliseconds?)$/,
  s: /^(s|secs?|seconds?)$/,
  m: /^(m|mins?|minutes?)$/,
  h: /^(h|hrs?|hours?)$/,
  d: /^(d|days?)$/,
};

/**
 * Reads a duration of an option: `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'1d'`, `0` or `'0'`, at most `'3650d'`.
 * Returns whole milliseconds.
 *
 * @param where the option as users write it, for the message: `rule.ttl`.
 * @throws ShelflifeError `ERR_OPTION` for everything else. A bare number is refused because nobody can tell
 * whether it means seconds or milliseconds.
 */
export function parseDuration(where: string, value: unknown): number {
  if (value === 0 || value === '0') return 0;
  const ms = typeof value === 'string' ? readAmount(value, UNITS) : undefined;
  if (ms === undefined) throw optionError(where, `a duration such as '5m'`, value, fixFor(value));
  if (ms > LONGEST) throw optionError(where, `a duration of at most '3650d'`, value, `Write '3650d'.`);
  return ms;
}

function fixFor(value: unknown): string {
  const text = String(typeof value === 'string' || typeof value === 'number' ? value : '').trim();
  if (/^\d+(\.\d+)?$/.test(text)) return `Write '${text}s' or '${text}ms'.`;
  if (text === 'Infinity') return `Write '3650d', the longest there is.`;
  if (/^-\d|^-Infinity$/.test(text)) return `A duration cannot be negative. Write 0 for none.`;
  const guess = guessAmount(text, SPELLINGS);
  if (guess !== undefined) return `Write '${guess}'.`;
  return `Write a number and a unit without a space: '250ms', '30s', '5m', '1h', '1d', or 0.`;
}
