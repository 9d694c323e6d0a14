import * as fc from 'fast-check';
import CachePolicy from 'http-cache-semantics';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { effectiveControl, heuristicLifetime, initialAge, responseLifetime } from './freshness.js';
import { formatHttpDate, parseHttpDate } from './http-date.js';
import { notStorableReason } from './storable.js';

/**
 * The arithmetic of freshness beside that of `http-cache-semantics` 4.3, which other caches of Node are built on.
 * Where both have an opinion they agree; where they do not, {@link DISAGREEMENTS} says who reads RFC 9111 how.
 */

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400;
const RUNS = 50_000;

interface Answer {
  readonly status: number;
  readonly authorization: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Seconds of freshness that are left, 0 when there are none or the response must not be stored. */
function ours({ status, headers, authorization }: Answer): number {
  const control = effectiveControl(headers, { storing: 'rfc9111', targeted: [] });
  const context = {
    authorization,
    keysUser: false,
    keysCookies: false,
    storing: 'rfc9111',
    storesCookies: true,
  } as const;
  const head = { status, headers };
  if (notStorableReason(head, control, context) !== undefined || control.noCache) return 0;
  const lifetime = responseLifetime(headers, control, NOW) ?? heuristicLifetime(head, control, NOW);
  return Math.max(0, Math.round(((lifetime?.ms ?? 0) - initialAge(headers, NOW)) / 1000));
}

function theirs({ status, headers, authorization }: Answer): number {
  const request = { url: '/', headers: authorization ? { authorization: 'x' } : {} };
  const policy = new CachePolicy(request, { status, headers: { ...headers } });
  return Math.max(0, Math.round(policy.maxAge() - policy.age()));
}

interface Disagreement {
  readonly why: string;
  readonly applies: (answer: Answer) => boolean;
  /** An answer on which they differ for this reason alone. */
  readonly example: Partial<Answer>;
}

const directives = ({ headers }: Answer): string => headers['cache-control'] ?? '';
const has = (answer: Answer, word: string): boolean => directives(answer).includes(word);
const dateOf = ({ headers }: Answer): number | undefined => parseHttpDate(headers['date']);
const date = (seconds: number): string => formatHttpDate(NOW + seconds * 1000);

const UNDERSTOOD = new Set([200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501]);

const DISAGREEMENTS: readonly Disagreement[] = [
  {
    why: 'Date counts for the age of a response (RFC 9111 section 4.2.3); they take Age alone',
    applies: (answer) => (dateOf(answer) ?? NOW) < NOW,
    example: { headers: { 'cache-control': 'max-age=60', date: date(-30) } },
  },
  {
    why: 'proxy-revalidate says nothing of fresh responses (section 5.2.2.8); they take it for max-age=0',
    applies: (answer) => has(answer, 'proxy-revalidate'),
    example: { headers: { 'cache-control': 'max-age=60, proxy-revalidate' } },
  },
  {
    why: 'immutable is about reloads in browsers (RFC 8246) and gives no lifetime; they give it a day',
    applies: (answer) => has(answer, 'immutable'),
    example: { headers: { 'cache-control': 'immutable' } },
  },
  {
    why: 'a lifetime makes any final status storable (section 3); they know a list of them',
    applies: ({ status }) => !UNDERSTOOD.has(status),
    example: { status: 503, headers: { 'cache-control': 'max-age=60' } },
  },
  {
    why: 'a guessed lifetime is a day at most; they know no limit',
    applies: (answer) =>
      (dateOf(answer) ?? NOW) - (parseHttpDate(answer.headers['last-modified']) ?? NOW) > 10 * DAY * 1000,
    example: { headers: { 'last-modified': date(-100 * DAY) } },
  },
  {
    why: 'of two lifetimes the smaller counts; with them the last',
    applies: (answer) =>
      [/(?<!s-)max-?age/g, /s-maxage/g].some((name) => (directives(answer).match(name) ?? []).length > 1),
    example: { headers: { 'cache-control': 'max-age=30, max-age=60' } },
  },
  {
    why: 'a lifetime without a number is 0 (section 4.2.1), and so is an empty Expires (5.3); they read on to the next source',
    applies: (answer) => /max-?age=(?:,|$)/.test(directives(answer)) || answer.headers['expires'] === '',
    example: { headers: { 'cache-control': 'max-age=', expires: date(60) } },
  },
  {
    why: 'no-cache="f" and private="f" concern the fields they name (sections 5.2.2.4, 5.2.2.7); they take them for the bare ones',
    applies: (answer) => /(?:no-cache|private)=/.test(directives(answer)),
    example: { headers: { 'cache-control': 'max-age=60, no-cache="x-a"' } },
  },
  {
    why: 'Pragma means nothing in a response (section 5.4); they take it for no-cache',
    applies: ({ headers }) => headers['pragma'] !== undefined && headers['cache-control'] === undefined,
    example: { headers: { pragma: 'no-cache', expires: date(60) } },
  },
  {
    why: 'Set-Cookie does not end freshness (section 7.3): whether it may be stored is decided by the rule',
    applies: ({ headers }) => headers['set-cookie'] !== undefined,
    example: { headers: { 'set-cookie': 'a=1', 'cache-control': 'max-age=60' } },
  },
  {
    why: 'an Age that is not plain digits is ignored (section 5.1); they read its beginning',
    applies: ({ headers }) => !/^\d*$/.test(headers['age'] ?? ''),
    example: { headers: { 'cache-control': 'max-age=60', age: '7.5' } },
  },
];

const lifetimes = fc.constantFrom('0', '1', '60', '3600', '"60"', '', 'junk', '-5');
const member = fc.oneof(
  { weight: 3, arbitrary: lifetimes.map((value) => `max-age=${value}`) },
  lifetimes.map((value) => `s-maxage=${value}`),
  fc.constantFrom(
    'public',
    'must-revalidate',
    'proxy-revalidate',
    'immutable',
    'no-cache',
    'no-store',
    'private',
    'x-ext',
    'no-cache="x-a"',
    'stale-if-error=5',
    'stale-while-revalidate=5',
    'max-age',
  ),
);
const control = fc.array(member, { minLength: 1, maxLength: 3 }).map((members) => members.join(', '));
const moment = fc.integer({ min: -20 * DAY, max: 20 * DAY }).map(date);

const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 200, 203, 204, 301, 302, 404, 410, 414, 503),
  authorization: fc.constantFrom(false, false, false, true),
  headers: fc
    .record(
      {
        'cache-control': control,
        expires: fc.oneof(moment, fc.constantFrom('0', '-1', '')),
        'last-modified': moment,
        date: fc.oneof({ weight: 3, arbitrary: fc.constant(date(0)) }, moment),
        age: fc.constantFrom('0', '30', '100', '30', '7.5'),
      },
      { requiredKeys: [] },
    )
    .map((headers) => ({ ...headers })),
});

beforeAll(
  () => void vi.spyOn(CachePolicy.prototype as unknown as { now(): number }, 'now').mockReturnValue(NOW),
);
afterAll(() => void vi.restoreAllMocks());

describe('freshness beside http-cache-semantics', () => {
  test('both agree wherever no known disagreement applies', () => {
    let compared = 0;
    fc.assert(
      fc.property(answers, (answer) => {
        if (DISAGREEMENTS.some(({ applies }) => applies(answer))) return;
        compared++;
        expect(ours(answer)).toBe(theirs(answer));
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 20);
  });

  test.each(DISAGREEMENTS)('$why', ({ applies, example }) => {
    const answer: Answer = { status: 200, authorization: false, headers: {}, ...example };
    expect(applies(answer)).toBe(true);
    expect(ours(answer)).not.toBe(theirs(answer));
  });
});
