import { expect, expectTypeOf, test } from 'vitest';
import { isResolvedRule, resolveRule } from './resolve.js';
import type { Rule } from './rule.js';

const loose = (rule: unknown): Rule<never> => rule as Rule<never>;

test('an empty rule has the defaults of the design', () => {
  expect(resolveRule('rule', {})).toEqual({
    ttl: undefined,
    overrideLifetime: false,
    swr: 0,
    staleIfError: 0,
    negativeTtl: 0,
    jitter: 0,
    refreshAhead: 1,
    tags: [],
    key: undefined,
    query: 'all',
    vary: [],
    cookies: 'bypass',
    by: undefined,
    bypass: undefined,
    hosts: undefined,
    maxBodySize: 1_048_576,
    unkeyed: 'pass',
    cacheControl: false,
    waitLimit: 5000,
    targeted: [],
    noVarySearch: false,
    methods: ['GET'],
    maxQuerySize: 65_536,
    clientDirectives: 'ignore',
    heuristic: false,
    storing: 'careful',
    storeSetCookie: false,
    compress: false,
    ahead: false,
    scope: '',
  });
});

test('every option is read once into milliseconds, bytes and lower-case names', () => {
  const key = (): string => 'a';
  const rule = resolveRule('rule', {
    ttl: '5m',
    overrideLifetime: true,
    swr: '1m',
    staleIfError: '1h',
    negativeTtl: '10s',
    tags: ['products'],
    key,
    query: { ignore: ['utm_*'] },
    vary: ['Accept-Language'],
    cookies: { allow: ['lang'] },
    by: key,
    bypass: () => false,
    maxBodySize: '2mb',
    unkeyed: 'report',
    cacheControl: 'no-cache',
    waitLimit: 0,
  });
  expect(rule).toMatchObject({ ttl: 300_000, swr: 60_000, staleIfError: 3_600_000, negativeTtl: 10_000 });
  expect(rule).toMatchObject({
    vary: ['accept-language'],
    maxBodySize: 2_097_152,
    waitLimit: 0,
    key,
    by: key,
  });
  expect(rule).toMatchObject({
    query: { ignore: ['utm_*'] },
    cookies: { allow: ['lang'] },
    unkeyed: 'report',
  });
});

test('an option of the rule replaces that of the defaults, undefined does not', () => {
  const defaults = resolveRule('defaults', { ttl: '5m', tags: ['a'], vary: ['x-a'], swr: '1m' });
  const rule = resolveRule('rule', loose({ ttl: undefined, tags: ['b'], swr: 0 }), defaults);
  expect(rule).toMatchObject({ ttl: 300_000, tags: ['b'], vary: ['x-a'], swr: 0 });
});

test('a resolved rule is frozen to its leaves, and resolving it again changes nothing', () => {
  const rule = resolveRule('rule', {
    tags: ['a'],
    vary: ['b'],
    query: { allow: ['c'] },
    cookies: { allow: ['d'] },
  });
  for (const part of [rule, rule.tags, rule.vary, rule.query, rule.cookies])
    expect(Object.isFrozen(part)).toBe(true);
  expect(resolveRule('rule', loose(rule))).toBe(rule);
});

test('the brand cannot be copied', () => {
  const rule = resolveRule('rule', { ttl: '5m' });
  expect(isResolvedRule(rule)).toBe(true);
  expect(isResolvedRule({ ...rule })).toBe(false);
  expect([{}, null, undefined, 'rule', Object.create(null)].some(isResolvedRule)).toBe(false);
  expect(() => resolveRule('rule', loose({ ...rule, ttl: '1m' }))).not.toThrow(TypeError);
});

test.each([
  [{ ttl: 300 }, `rule.ttl: expected a duration such as '5m', got 300 (number). Write '300s' or '300ms'.`],
  [{ tll: '5m' }, `rule.tll: unknown option. Did you mean 'ttl'?`],
  [{ ttl: null }, /^rule\.ttl: expected a duration such as '5m', got null\./],
  [{ waitLimit: '5 sec' }, `rule.waitLimit: expected a duration such as '5m', got '5 sec'. Write '5s'.`],
  [{ overrideLifetime: 'yes' }, `rule.overrideLifetime: expected true or false, got 'yes'.`],
  [{ maxBodySize: 0 }, /^rule\.maxBodySize: expected a size/],
  [
    { unkeyed: 'repot' },
    `rule.unkeyed: expected 'pass' or 'report' or 'strip', got 'repot'. Did you mean 'report'?`,
  ],
  [{ by: 'role' }, `rule.by: expected a function, got 'role'.`],
  [{ bypass: true }, 'rule.bypass: expected a function, got true (boolean).'],
  [{ key: async () => 'a' }, /^rule\.key: expected a function that answers at once, got an async function\./],
  ['5m', `rule: expected an object of options, got '5m'.`],
  [undefined, 'rule: expected an object of options, got undefined.'],
])('%o is refused', (rule, message) => {
  expect(() => resolveRule('rule', loose(rule))).toThrow(message);
});

// Options of the design that this version does not have yet must not be taken in silence.
test.each(['jitter', 'refreshAhead'])('%s is a share', (name) => {
  for (const value of [-0.1, 1.1, NaN, '0.5', true])
    expect(() => resolveRule('profiles.a', loose({ [name]: value }))).toThrow(
      `profiles.a.${name}: expected a number from 0 to 1`,
    );
});

test('a rule for a framework is accepted as it is', () => {
  interface Req {
    readonly id: string;
  }
  const rule: Rule<Req> = {
    ttl: '1.5h',
    key: (req) => ['product', req.id],
    tags: (req, res) => [req.id, `${res.status}`],
  };
  expect(resolveRule('rule', rule).ttl).toBe(5_400_000);
  expectTypeOf<{ ttl: '5m' }>().toExtend<Rule>();
  expectTypeOf<{ ttl: 300 }>().not.toExtend<Rule>();
  expectTypeOf<{ ttl: '5 minutes' }>().not.toExtend<Rule>();
  expectTypeOf<{ key: () => Promise<string> }>().not.toExtend<Rule>();
});

test('rules that let different requests in have different scopes, whatever else they say', () => {
  const scope = (rule: unknown): string => resolveRule('rule', loose(rule)).scope;
  const scopes = [
    {},
    { cookies: 'ignore' },
    { cookies: { allow: ['lang'] } },
    { cookies: { allow: ['theme'] } },
    { bypass: () => false },
    { bypass: () => true },
    { storing: 'rfc9111' },
    { storeSetCookie: true },
    { compress: true },
    { compress: true, storing: 'rfc9111' },
  ].map(scope);
  expect(new Set(scopes).size).toBe(scopes.length);
  expect(scope({ ttl: '1m', swr: '1m', tags: ['a'], maxBodySize: 1 })).toBe('');
  expect(scope({ cookies: 'ignore', ttl: '1m' })).toBe(scope({ cookies: 'ignore' }));
});
