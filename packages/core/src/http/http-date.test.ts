import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatHttpDate, parseHttpDate } from './http-date.js';

const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each([
  // RFC 9110 5.6.7
  ['Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE],
  ['Sunday, 06-Nov-94 08:49:37 GMT', EXAMPLE],
  ['Sun Nov  6 08:49:37 1994', EXAMPLE],
  ['Thu Aug 18 02:01:18 2050', Date.UTC(2050, 7, 18, 2, 1, 18)],
  ['Thursday, 18-Aug-50 02:01:18 GMT', Date.UTC(2050, 7, 18, 2, 1, 18)],
  ['Thu, 31 Dec 1998 23:59:60 GMT', Date.UTC(1999, 0, 1)], // a leap second
  ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
  // RFC 9111 4.2: case does not matter
  ['SUN, 06 nOV 1994 08:49:37 gmt', EXAMPLE],
])('%s is a date', (text, expected) => {
  expect(parseHttpDate(text)).toBe(expected);
});

test.each([
  ['another time zone', 'Sun, 06 Nov 1994 08:49:37 UTC'],
  ['an offset', 'Sun, 06 Nov 1994 08:49:37 +0000'],
  ['no time zone', 'Sun, 06 Nov 1994 08:49:37'],
  ['a year of two digits', 'Sun, 06 Nov 94 08:49:37 GMT'],
  ['no comma', 'Sun 06 Nov 1994 08:49:37 GMT'],
  ['two spaces', 'Sun, 06  Nov 1994 08:49:37 GMT'],
  ['dashes', 'Sun, 06-Nov-1994 08:49:37 GMT'],
  ['periods in the time', 'Sun, 06 Nov 1994 08.49.37 GMT'],
  ['an hour of one digit', 'Sun, 06 Nov 1994 8:49:37 GMT'],
  ['hour 24', 'Sun, 06 Nov 1994 24:00:00 GMT'],
  ['minute 60', 'Sun, 06 Nov 1994 08:60:00 GMT'],
  ['a day that does not exist', 'Wed, 30 Feb 2022 08:49:37 GMT'],
  ['day 0', 'Sun, 00 Nov 1994 08:49:37 GMT'],
  ['two dates', 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT'],
  ['ISO 8601', '1994-11-06T08:49:37Z'],
  ['a number', '0'],
  ['-1', '-1'],
  ['nothing', ''],
])('%s is not a date', (_what, text) => {
  expect(parseHttpDate(text)).toBeUndefined();
});

test('an absent field is not a date', () => {
  expect(parseHttpDate(undefined)).toBeUndefined();
});

test('a formatted date reads back to the same second', () => {
  const times = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(times, (ms) => {
      expect(parseHttpDate(formatHttpDate(ms))).toBe(Math.floor(ms / 1000) * 1000);
    }),
  );
});
