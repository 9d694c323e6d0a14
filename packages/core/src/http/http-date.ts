const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<time>\d\d:\d\d:\d\d)`;
const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)';
const LONG_DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';

// RFC 9110 section 5.6.7; case does not matter to a cache (RFC 9111 section 4.2).
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`^${DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`, 'i'),
  new RegExp(String.raw`^${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`, 'i'),
  new RegExp(String.raw`^${DAY} ${MONTH} (?<day>\d\d| \d) ${TIME} (?<year>\d{4})$`, 'i'),
];

/**
 * A date of HTTP in Unix milliseconds, or `undefined` when the text is none of its three forms (RFC 9110
 * section 5.6.7): other time zones, missing parts and days that do not exist are not guessed at. A year of two
 * digits is 1970 to 2069.
 */
export function parseHttpDate(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  for (const form of FORMS) {
    const parts = form.exec(value)?.groups;
    if (parts !== undefined) return timeOf(parts);
  }
  return undefined;
}

function timeOf(parts: Readonly<Record<string, string>>): number | undefined {
  const month = MONTHS.indexOf(parts['month']!.toLowerCase());
  const day = Number(parts['day']);
  const [hour, minute, second] = parts['time']!.split(':').map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(0).setUTCFullYear(fullYear(parts['year']!), month, day);
  if (new Date(midnight).getUTCDate() !== day) return undefined;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

/** Unix milliseconds as a date of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`. Parts of a second are cut off. */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
