import * as fc from 'fast-check';
import CachePolicy from 'http-cache-semantics';
import { expect, test } from 'vitest';
import { formatHttpDate } from '../http/http-date.js';
import { decide } from './lifetime.js';

/**
 * The freshness of a private cache beside that of `http-cache-semantics` with `shared: false`, on answers about which both
 * have an opinion (`http/oracle.test.ts` says where they read RFC 9111 in another way).
 */

const NOW = Date.UTC(2026, 0, 1);
const RULE = { ttl: undefined, override: false, swr: 0, staleIfError: 0, negativeTtl: 0, heuristic: true };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

function ours(head: Answer): number {
  const decision = decide(head, RULE, { requestedAt: NOW, receivedAt: NOW });
  return decision.keep ? Math.max(0, Math.round(decision.freshFor / 1000)) : 0;
}

function theirs({ status, headers }: Answer): number {
  const policy = new CachePolicy(
    { url: '/', headers: {} },
    { status, headers: { ...headers } },
    { shared: false },
  );
  return policy.storable() ? Math.max(0, Math.round(policy.maxAge() - policy.age())) : 0;
}

const member = fc.constantFrom(
  'max-age=60',
  's-maxage=600',
  'private',
  'public',
  'no-store',
  'no-cache',
  'must-revalidate',
  'stale-if-error=5',
  'x-ext',
);
const moment = fc
  .integer({ min: -500_000, max: 500_000 })
  .map((seconds) => formatHttpDate(NOW + seconds * 1000));
const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 203, 301, 302, 404, 410),
  headers: fc.record(
    {
      date: fc.constant(formatHttpDate(NOW)),
      'cache-control': fc
        .uniqueArray(member, { minLength: 1, maxLength: 4 })
        .map((members) => members.join(', ')),
      expires: fc.oneof(moment, fc.constant('0')),
      age: fc.constantFrom('0', '7', '100'),
      'last-modified': fc
        .constantFrom(-500_000, -1000, 0)
        .map((seconds) => formatHttpDate(NOW + seconds * 1000)),
    },
    { requiredKeys: ['date'] },
  ),
});

test('both give the same seconds', () => {
  let fresh = 0;
  fc.assert(
    fc.property(answers, (answer) => {
      if (theirs(answer) > 0) fresh++;
      expect(ours(answer)).toBe(theirs(answer));
    }),
    { numRuns: 20_000 },
  );
  expect(fresh).toBeGreaterThan(2000);
});
