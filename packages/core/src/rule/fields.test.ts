import { describe, expect, test } from 'vitest';
import { resolveRule } from './resolve.js';

const resolve = (rule: object): ReturnType<typeof resolveRule> => resolveRule('rule', rule);

test('without them: GET, no targeted fields, nothing for CDNs', () => {
  expect(resolve({})).toMatchObject({
    methods: ['GET'],
    targeted: [],
    cdn: undefined,
    noVarySearch: false,
    maxQuerySize: 65_536,
  });
});

test('what is right is kept: names in lower case and in order, times in seconds', () => {
  expect(resolve({ targeted: ['My-Control', 'CDN-Cache-Control'] }).targeted).toEqual([
    'my-control',
    'cdn-cache-control',
  ]);
  expect(resolve({ methods: ['QUERY', 'GET'] }).methods).toEqual(['QUERY', 'GET']);
  expect(resolve({ maxQuerySize: '1mb' }).maxQuerySize).toBe(1024 ** 2);
  expect(resolve({ cdn: { maxAge: '1.5s', tags: ['xkey'] } }).cdn).toEqual({
    maxAge: 1,
    swr: undefined,
    staleIfError: undefined,
    tags: ['xkey'],
    overLimit: 'no-store',
  });
  expect(resolve({ cdn: { tags: true } }).cdn?.tags).toHaveLength(6);
});

test('false takes back what the defaults tell CDNs', () => {
  const defaults = resolve({ cdn: { maxAge: '1h' } });
  expect(resolveRule('rule', {}, defaults).cdn?.maxAge).toBe(3600);
  expect(resolveRule('rule', { cdn: false }, defaults).cdn).toBeUndefined();
});

test('rules that go by different fields do not read what the other has stored', () => {
  const scopes = [{}, { targeted: ['a'] }, { targeted: ['a', 'b'] }, { targeted: ['b', 'a'] }].map(
    (rule) => resolve(rule).scope,
  );
  expect(new Set(scopes).size).toBe(4);
});

describe('what is wrong throws, and says what to write', () => {
  test.each<[object, string]>([
    [{ methods: ['get'] }, "rule.methods[0]: expected 'GET' or 'QUERY', got 'get'. Write 'GET'."],
    [{ methods: ['HEAD'] }, 'HEAD comes with GET.'],
    [{ methods: ['POST'] }, 'use QUERY (RFC 10008)'],
    [{ methods: [] }, 'rule.methods: expected at least one method'],
    [{ methods: 'GET' }, "Write ['GET']."],
    [{ targeted: ['Cache-Control'] }, 'it counts when no other does'],
    [{ targeted: ['a b'] }, 'rule.targeted[0]'],
    [{ cdn: { maxAge: '100ms' } }, "rule.cdn.maxAge: expected whole seconds such as '5m', got '100ms'."],
    [{ cdn: { maxAge: 60 } }, 'rule.cdn.maxAge'],
    [{ cdn: { swr: '1m' } }, 'Add maxAge'],
    [{ cdn: { maxage: '1h' } }, "Did you mean 'maxAge'?"],
    [{ cdn: { tags: ['Surrogate-Keys'] } }, "Did you mean 'Surrogate-Key'?"],
    [{ cdn: { tags: false } }, 'rule.cdn.tags'],
    [{ cdn: { overLimit: 'error' } }, 'rule.cdn.overLimit'],
    [{ cdn: true }, 'rule.cdn: expected an object of options'],
    [{ noVarySearch: 'key-order' }, 'rule.noVarySearch'],
    [{ noVarySearch: true, query: { allow: ['a', 'filter[*'] } }, "query allows 'filter[*'"],
  ])('%j', (rule, message) => {
    expect(() => resolve(rule)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
    expect(() => resolve(rule)).toThrow(message);
  });

  test('noVarySearch goes with patterns to ignore', () => {
    expect(resolve({ noVarySearch: true, query: { ignore: ['utm_*'] } }).noVarySearch).toBe(true);
  });
});
