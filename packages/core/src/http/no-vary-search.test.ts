import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseQuery } from '../key/query.js';
import type { QueryMode } from '../rule/rule.js';
import { noVarySearch } from './no-vary-search.js';
import { parseDictionary } from './structured.js';

describe('what a rule says of its query in No-Vary-Search (draft-ietf-httpbis-no-vary-search section 4)', () => {
  test.each<[QueryMode, string]>([
    ['all', 'key-order'],
    ['none', 'params'],
    [{ allow: ['page', 'size'] }, 'key-order, params, except=("page" "size")'],
    [{ allow: [] }, 'key-order, params, except=()'],
    [{ ignore: ['ref'] }, 'key-order, params=("ref")'],
    [{ ignore: ['ref', 'utm_*'] }, 'key-order, params=("ref")'],
    [{ ignore: ['utm_*'] }, 'key-order'],
    [
      { ignore: ['é 気', 'a+b', '100%', '"'] },
      'key-order, params=("%C3%A9%20%E6%B0%97" "a%2Bb" "100%25" "\\"")',
    ],
  ])('%j: %s', (query, field) => {
    expect(noVarySearch(query)).toBe(field);
  });
});

/** Two queries a reader of the field takes for one, by the algorithm of its section 6. */
function isOne(field: string, one: string, other: string): boolean {
  const said = parseDictionary(field)!;
  const names = (key: string): readonly string[] | undefined => {
    const member = said.get(key);
    return member && 'items' in member
      ? member.items.map(({ bare }) => decode(String(bare.value)))
      : undefined;
  };
  const [ignored, all, except] = [names('params'), said.has('params'), names('except') ?? []];
  const kept = (query: string): string => {
    const pairs = [...new URLSearchParams(query)];
    const counted = pairs.filter(([name]) =>
      ignored ? !ignored.includes(name) : !all || except.includes(name),
    );
    return JSON.stringify(counted.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))));
  };
  return kept(one) === kept(other);
}

const decode = (name: string): string => decodeURIComponent(name.replaceAll('+', ' '));

test('what this cache takes for one query, readers of the field do too', () => {
  const name = fc.constantFrom('a', 'b', 'é', 'utm_x', 'a b', 'q+', '%');
  const pair = fc
    .tuple(name, fc.constantFrom('1', '2'))
    .map(([key, value]) => `${encodeURIComponent(key)}=${value}`);
  const query = fc.array(pair, { maxLength: 5 }).map((pairs) => pairs.join('&'));
  const names = fc.uniqueArray(name, { maxLength: 4 });
  const mode: fc.Arbitrary<QueryMode> = fc.oneof(
    fc.constantFrom<QueryMode>('all', 'none'),
    names.map((allow) => ({ allow })),
    names.map((ignore) => ({ ignore })),
  );
  fc.assert(
    fc.property(mode, query, query, (rule, one, other) => {
      const isOneHere = normaliseQuery(one, rule) === normaliseQuery(other, rule);
      expect(isOneHere && !isOne(noVarySearch(rule), one, other)).toBe(false);
    }),
    { numRuns: 5000 },
  );
});
