import { describe, expect, test } from 'vitest';
import type { Headers } from '../http/message.js';
import { planKey, type KeyPlan } from '../key/key.js';
import { resolveRule } from '../rule/resolve.js';
import type { Rule } from '../rule/rule.js';
import { headOf, START, viewOf } from '../testing/made.js';
import { createControl } from './control.js';
import { bodyReason, type Decision, decide, type Storing } from './decision.js';
import type { Fill } from './fill.js';

function fillOf(options: Rule, headers: Headers = {}): Fill {
  const view = viewOf({ headers });
  const rule = resolveRule('rule', options);
  const plan = planKey(view, rule) as KeyPlan;
  const found = { key: plan.key, stored: undefined, standing: 'gone', varyNames: [] } as const;
  return { view, rule, plan, found, fwd: 'miss', flight: undefined, position: 0, requestedAt: START };
}

interface Case {
  readonly status?: number;
  readonly response?: Headers;
  readonly rule?: Rule;
  readonly request?: Headers;
  /** What the handler said to `cache.ttl()`. */
  readonly said?: string | 0;
}

function decideOn({ status = 200, response = {}, rule = {}, request, said }: Case): Decision {
  const { control, state } = createControl('miss');
  if (said !== undefined) control.ttl(said);
  return decide(headOf(status, response), fillOf(rule, request), state, START);
}

const MAX_AGE = { 'cache-control': 'max-age=60' };

describe('whose lifetime counts (design.md section 5)', () => {
  test.each<[string, Case, number | undefined]>([
    ['nobody says anything', {}, undefined],
    ['the rule', { rule: { ttl: '5m' } }, 300],
    ['the response before the rule', { rule: { ttl: '5m' }, response: MAX_AGE }, 60],
    ['s-maxage', { response: { 'cache-control': 'max-age=60, s-maxage=5' } }, 5],
    ['the handler before both', { rule: { ttl: '5m' }, response: MAX_AGE, said: '7s' }, 7],
    ['overrideLifetime', { rule: { ttl: '5m', overrideLifetime: true }, response: MAX_AGE }, 300],
    ['the handler, all the same', { rule: { ttl: '5m', overrideLifetime: true }, said: '7s' }, 7],
    ['overrideLifetime without a ttl', { rule: { overrideLifetime: true }, response: MAX_AGE }, 60],
    ['the response says 0', { rule: { ttl: '5m' }, response: { 'cache-control': 'max-age=0' } }, undefined],
    ['the handler says 0', { rule: { ttl: '5m' }, said: 0 }, undefined],
    ['the answer is older than its lifetime', { response: { ...MAX_AGE, age: '60' } }, undefined],
    ['the answer has an age', { response: { ...MAX_AGE, age: '59' } }, 1],
    ['203', { status: 203, rule: { ttl: '5m' } }, 300],
    ['301', { status: 301, rule: { ttl: '5m' } }, 300],
    ['308', { status: 308, rule: { ttl: '5m' } }, 300],
    ['302', { status: 302, rule: { ttl: '5m' } }, undefined],
    ['302 that says so', { status: 302, response: MAX_AGE }, 60],
    ['404', { status: 404, rule: { ttl: '5m' } }, undefined],
    ['404 with a negativeTtl', { status: 404, rule: { ttl: '5m', negativeTtl: '9s' } }, 9],
    ['410 with a negativeTtl', { status: 410, rule: { negativeTtl: '9s' } }, 9],
    ['500 with a negativeTtl', { status: 500, rule: { ttl: '5m', negativeTtl: '9s' } }, undefined],
    ['the handler says so for a 404', { status: 404, said: '7s' }, 7],
  ])('%s', (_title, given, seconds) => {
    const decision = decideOn(given);
    expect(decision).toMatchObject(
      seconds === undefined
        ? { store: false, reason: 'NO-LIFETIME' }
        : { store: true, freshFor: seconds * 1000 },
    );
  });
});

describe('stale windows', () => {
  const rule: Rule = { ttl: '10s', swr: '20s', staleIfError: '30s' };

  test.each<[string, Case, number, number]>([
    ['of the rule', { rule }, 20, 30],
    [
      'of the response',
      { rule, response: { 'cache-control': 'stale-while-revalidate=1, stale-if-error=2' } },
      1,
      2,
    ],
    ['must-revalidate', { rule, response: { 'cache-control': 'must-revalidate' } }, 0, 0],
    ['s-maxage', { rule, response: { 'cache-control': 's-maxage=9' } }, 0, 0],
    ['of a 404', { status: 404, rule: { ...rule, negativeTtl: '5s' } }, 0, 0],
  ])('%s', (_title, given, stale, error) => {
    expect(decideOn(given)).toMatchObject({ staleFor: stale * 1000, errorFor: error * 1000 });
  });

  test('keep an answer that is stale from the start, but not one that is too old for them', () => {
    expect(decideOn({ rule, response: { age: '15' } })).toMatchObject({ store: true, freshFor: -5000 });
    expect(decideOn({ rule, response: { age: '40' } })).toMatchObject({ reason: 'NO-LIFETIME' });
  });
});

describe('what forbids to store', () => {
  test.each<[string, Case, string]>([
    ['no-store beats everything', { response: { 'cache-control': 'no-store' }, said: '5m' }, 'NO-STORE'],
    [
      'private',
      { response: { 'cache-control': 'private' }, rule: { ttl: '5m', overrideLifetime: true } },
      'PRIVATE',
    ],
    ['a cookie', { response: { 'set-cookie': 'a=b' }, rule: { ttl: '5m' } }, 'SET-COOKIE'],
    ['Authorization', { request: { authorization: 'x' }, rule: { ttl: '5m' } }, 'AUTHORIZATION'],
    ['Vary: Cookie', { response: { vary: 'cookie' }, rule: { ttl: '5m' } }, 'VARY-CREDENTIALS'],
  ])('%s', (_title, given, reason) => {
    expect(decideOn(given)).toEqual({ store: false, reason });
  });

  test.each<[string, Case]>([
    [
      'Authorization that the rule vouches for',
      { request: { authorization: 'x' }, rule: { ttl: '5m', by: () => 'u' } },
    ],
    [
      'Vary: Cookie with allowed cookies',
      { response: { vary: 'cookie' }, rule: { ttl: '5m', cookies: { allow: ['a'] } } },
    ],
  ])('%s does not', (_title, given) => {
    expect(decideOn(given)).toMatchObject({ store: true, varyNames: [] });
  });

  test('the handler says skip', () => {
    const { control, state } = createControl('miss');
    control.skip();
    expect(decide(headOf(200, MAX_AGE), fillOf({}), state, START)).toEqual({
      store: false,
      reason: 'SKIPPED',
    });
  });
});

test.each<[string, Case, readonly string[]]>([
  ['Vary', { response: { vary: 'X-B, x-a' } }, ['x-a', 'x-b']],
  ['what the key holds already', { response: { vary: 'x-a, x-b' }, rule: { vary: ['X-A'] } }, ['x-b']],
  [
    'a reflected origin',
    { response: { 'access-control-allow-origin': 'http://o' }, request: { origin: 'http://o' } },
    ['origin'],
  ],
  ['compression', { response: { 'content-encoding': 'gzip' } }, ['accept-encoding']],
  ['both, once', { response: { 'content-encoding': 'gzip', vary: 'accept-encoding' } }, ['accept-encoding']],
])('an answer is selected by: %s', (_title, { response, rule, request }, expected) => {
  const decision = decideOn({
    response: { ...MAX_AGE, ...response },
    rule: rule ?? {},
    request: request ?? {},
  });
  expect(decision).toMatchObject({ store: true, varyNames: expected });
});

test.each<[string, number, Headers, boolean, number, string | undefined]>([
  ['a body', 200, {}, false, 10, undefined],
  ['the largest body', 200, {}, false, 100, undefined],
  ['one byte more', 200, {}, false, 101, 'TOO-LARGE'],
  ['the length it promised', 200, { 'content-length': '10' }, false, 10, undefined],
  ['less than it promised', 200, { 'content-length': '10' }, false, 9, 'CONTENT-LENGTH'],
  ['more than it promised', 200, { 'content-length': '10' }, false, 11, 'CONTENT-LENGTH'],
  ['nothing, under the rule', 200, {}, false, 0, 'EMPTY-BODY'],
  ['nothing, and it says so', 200, {}, true, 0, undefined],
  ['nothing, as a redirect', 301, {}, false, 0, undefined],
])('a body: %s', (_title, status, headers, explicit, size, expected) => {
  const decision = { explicit } as Storing;
  const rule = resolveRule('rule', { maxBodySize: 100 });
  expect(bodyReason(headOf(status, headers), decision, size, rule)).toBe(expected);
});
