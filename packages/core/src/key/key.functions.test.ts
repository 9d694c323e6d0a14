import { describe, expect, test } from 'vitest';
import { headersOf } from '../http/fields.js';
import type { RequestView } from '../http/message.js';
import { resolveRule } from '../rule/resolve.js';
import type { Rule } from '../rule/rule.js';
import { type KeyPlan, planKey, userKey } from './key.js';

/** What the functions `key` and `by` of a rule do to a key. */

interface Asked {
  readonly url?: string;
  readonly authority?: string;
  readonly raw?: unknown;
}

function view({ url = '/p', authority = 'h', raw }: Asked): RequestView {
  return { method: 'GET', url, authority, scheme: 'http', headers: headersOf([]), raw };
}

function plan(asked: Asked, rule: Rule<never>): KeyPlan {
  const planned = planKey(view(asked), resolveRule('rule', rule));
  if (planned === 'bypass') throw new Error('bypassed');
  return planned;
}

const keyOf = (asked: Asked, rule: Rule<never>): string => plan(asked, rule).key;

describe('a key of the user', () => {
  test('takes the place of path and query and is told to the plan', () => {
    const rule: Rule<{ id: string }> = { key: (req) => ['product', req.id] };
    const one = plan({ url: '/a?x', raw: { id: '1' } }, rule);
    expect(one.userKey).toBe(userKey(['product', '1']));
    expect(one.key).toBe(keyOf({ url: '/b', raw: { id: '1' } }, rule));
    expect(one.key).not.toBe(keyOf({ url: '/a?x', raw: { id: '2' } }, rule));
    expect(one.key).not.toBe(keyOf({ raw: { id: '1' }, authority: 'other' }, rule));
  });

  test('K10 name spaces do not run together', () => {
    const keys = [['page', 'HEAD'], 'page:HEAD', ['page:', 'HEAD'], 'page|HEAD'].map((key) =>
      keyOf({}, { key: () => key }),
    );
    expect(new Set(keys).size).toBe(4);
  });

  test.each(['key', 'by'] as const)('undefined from %s bypasses', (name) => {
    expect(planKey(view({}), resolveRule('rule', { [name]: () => undefined }))).toBe('bypass');
  });

  const nonsense = [null, NaN, '', {}, [], [''], [undefined], 5, true, Symbol('a'), Promise.resolve('a')];
  test.each(nonsense.flatMap((value) => [['key', value] as const, ['by', value] as const]))(
    'K02 %s that returns %o is an error and never a key',
    (name, value) => {
      const rule = resolveRule('rule', { [name]: () => value });
      const message = expect.stringMatching(new RegExp(`^rule\\.${name}: `));
      expect(() => planKey(view({}), rule)).toThrow(
        expect.objectContaining({ code: 'ERR_RULE_FUNCTION', message }),
      );
    },
  );

  test('K02 the message says what came and how to bypass', () => {
    expect(() => keyOf({}, { key: () => null as never })).toThrow(
      'rule.key: expected a non-empty string, an array of strings or undefined, got null. Return undefined to bypass the cache.',
    );
  });

  test('K02 what a function throws is the cause', () => {
    const cause = new Error('no user');
    const by = (): never => {
      throw cause;
    };
    expect(() => keyOf({}, { by })).toThrow(expect.objectContaining({ code: 'ERR_RULE_FUNCTION', cause }));
  });
});
