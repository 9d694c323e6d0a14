import { describe, expect, test } from 'vitest';
import { parseCacheControl } from './cache-control.js';
import { listMembers } from './fields.js';
import { effectiveControl, initialAge, responseLifetime } from './freshness.js';
import { formatHttpDate, parseHttpDate } from './http-date.js';
import { clientVerdict, requestControl } from './reusable.js';
import { allowsAuthorization, notStorableReason } from './storable.js';
import { conditionsFor } from './update.js';
import { varyNames } from './vary.js';

/**
 * Fields as broken senders and attackers write them: well-formed ones with something changed. The parsers never
 * throw, and nothing that is changed around a directive makes a response more storable or longer fresh.
 */

/** Mutated fields in all; takes five to ten seconds. */
const CASES = 1_000_000;

const NOW = Date.UTC(2026, 0, 1);
const DATE = formatHttpDate(NOW);

/** Numbers from 0 to `below` - 1, the same in every run (xorshift). */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const dice = createDice(0x5eed);
const one = <T>(list: readonly T[]): T => list[dice(list.length)]!;

// No letter, digit or `-` among them: those would make another word of a directive.
const SIGNS = Array.from(",;=!#$%&'*+.^`|~/()[]{}?:<>@ \t\\\u00A0\0\u00E9\u{1F36A}\r\n");
const noise = (): string => Array.from({ length: dice(5) }, () => one(SIGNS)).join('');

const PIECES = [
  'max-age=60',
  's-maxage="10"',
  'public',
  'must-revalidate',
  'must-understand',
  'max-stale',
  'min-fresh=1',

  'no-store',
  'no-cache',
  'private',
  'no-cache="x-a"',
  'private="x-b, x-c"',
  'only-if-cached',
  'x="a, b"',
  'Wed',
  'GMT',
  '*',
  '"',
  'W/"a"',
  '\\',
  '-1',
  '99999999999999999999',
  '__proto__',
  'constructor',
  '',
  DATE,
  'Accept, Cookie',
  '1e9',
  '"a", "b"',
];

/** A text made of pieces of fields, with a few characters changed, lost or added. */
function anything(): string {
  const text = Array.from({ length: dice(5) }, () => one(PIECES) + noise()).join(
    one([',', ', ', '', ';', ' ']),
  );
  const at = dice(text.length + 1);
  const change = one(['', one(SIGNS), '"', String.fromCharCode(dice(0x300))]);
  return text.slice(0, at) + change + text.slice(at + dice(3));
}

describe(`${CASES.toLocaleString('en')} mutated fields`, { timeout: 60_000 }, () => {
  test('no parser throws, and every number it gives is one', () => {
    const wrong: unknown[] = [];
    for (let run = 0; run < CASES / 4; run++) {
      const value = anything();
      const headers = {
        'cache-control': value,
        expires: value,
        date: value,
        age: value,
        vary: value,
        etag: value,
      };
      const control = parseCacheControl(value);
      const lifetime = responseLifetime(headers, control, NOW)?.ms ?? 0;
      const age = initialAge(headers, NOW);
      if (!(lifetime >= 0 && lifetime <= 2 ** 31 * 1000)) wrong.push([value, lifetime]);
      if (!(age >= 0 && age <= 2 ** 31 * 1000)) wrong.push([value, age]);
      varyNames(headers);
      listMembers(value);
      conditionsFor({ status: 200, headers, made: [] });
      clientVerdict(requestControl(headers), { age, left: 1, forbidsStale: () => true });
    }
    expect(wrong).toEqual([]);
  });

  test('what stands around a restrictive directive does not make the response storable', () => {
    const wrong: unknown[] = [];
    const restrictive = [
      'no-store',
      'private',
      'No-Store',
      'PRIVATE',
      'private=""',
      'private="vary"',
      'private=x',
    ];
    const others = PIECES.slice(0, 5);
    for (let run = 0; run < CASES / 8; run++) {
      const value = `${one(others)},${noise()}${one(restrictive)}${noise()},${one(others)}`;
      const headers = { 'cache-control': value };
      for (const storing of ['careful', 'rfc9111'] as const) {
        const control = effectiveControl(headers, { storing, targeted: [] });
        // must-understand overrides no-store: that is its meaning (RFC 9111 section 5.2.2.3).
        if (control.mustUnderstand && storing === 'rfc9111' && !control.private) continue;
        const context = {
          authorization: false,
          keysUser: true,
          keysCookies: true,
          storing,
          storesCookies: true,
        };
        const reason = notStorableReason({ status: 200, headers }, control, context);
        if (reason === undefined) wrong.push(value);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('what is put into a lifetime makes it no longer, and what permits counts only as it is written', () => {
    const wrong: unknown[] = [];
    for (let run = 0; run < CASES / 4; run++) {
      const number = String(dice(100_000));
      const at = dice(number.length + 1);
      const broken = `max-age=${number.slice(0, at)}${noise()}${number.slice(at)}${noise()}`;
      const { maxAge = 0 } = parseCacheControl(broken);
      if (maxAge > Number(number)) wrong.push([broken, maxAge]);
      const word = one(['public', 'must-revalidate']);
      const split = 1 + dice(word.length - 1);
      const damaged = `max-age=60, ${word.slice(0, split)}${one(SIGNS)}${word.slice(split)}`;
      if (allowsAuthorization(parseCacheControl(damaged))) wrong.push(damaged);
    }
    expect(wrong).toEqual([]);
  });

  test('a date with something changed is that date or none', () => {
    const wrong: unknown[] = [];
    for (let run = 0; run < (3 * CASES) / 8; run++) {
      const at = dice(DATE.length);
      const changed =
        DATE.slice(0, at) + one(['', one(SIGNS), 'x', DATE[at]!.toLowerCase()]) + DATE.slice(at + 1);
      const time = parseHttpDate(changed) ?? NOW;
      if (time !== NOW) wrong.push([changed, time]);
    }
    expect(wrong).toEqual([]);
  });
});
