import { describe, expect, test } from 'vitest';
import { headersOf } from '../http/fields.js';
import type { FieldLines, RequestView } from '../http/message.js';
import { resolveRule } from '../rule/resolve.js';
import type { Rule } from '../rule/rule.js';
import { type KeyPlan, keyDigest, planKey } from './key.js';

interface Asked {
  readonly url?: string;
  readonly lines?: FieldLines;
  readonly authority?: string;
  readonly scheme?: string;
}

function view({ url = '/p', lines = [], authority = 'h', scheme = 'http' }: Asked): RequestView {
  return { method: 'GET', url, authority, scheme, headers: headersOf(lines) };
}

function plan(asked: Asked, rule: Rule<never> = {}): KeyPlan {
  const planned = planKey(view(asked), resolveRule('rule', rule));
  if (planned === 'bypass') throw new Error('bypassed');
  return planned;
}

const keyOf = (asked: Asked, rule: Rule<never> = {}): string => plan(asked, rule).key;

describe('what the key covers', () => {
  test('P04 authority and scheme', () => {
    const keys = [{}, { authority: 'evil' }, { scheme: 'https' }].map((asked) => keyOf(asked));
    expect(new Set(keys).size).toBe(3);
  });

  test.each([
    'X-Forwarded-Host',
    'X-Forwarded-Prefix',
    'X-Original-URL',
    'X-Rewrite-URL',
    'Forwarded',
    'X-Host',
  ])('P01 P03 P06 %s when it is present', (name) => {
    const poisoned = plan({ lines: [name, 'evil'] });
    expect(poisoned.headerNames).toEqual([name.toLowerCase()]);
    expect(new Set([keyOf({}), poisoned.key, keyOf({ lines: [name, ''] })]).size).toBe(3);
  });

  test('the headers of vary; an absent one differs from an empty one', () => {
    const rule = { vary: ['X-Mode'] };
    const lines = [[], ['x-mode', ''], ['x-mode', 'data'], ['x-mode', 'Data']];
    expect(new Set(lines.map((given) => keyOf({ lines: given }, rule))).size).toBe(4);
    expect(plan({}, rule).headerNames).toEqual(['x-mode']);
  });

  test('K08 two lines are their values joined by comma and space', () => {
    const rule = { vary: ['a'] };
    const twice = keyOf({ lines: ['A', 'x', 'A', 'y'] }, rule);
    expect(twice).toBe(keyOf({ lines: ['A', 'x, y'] }, rule));
    expect(twice).not.toBe(keyOf({ lines: ['A', 'xy'] }, rule));
  });

  test('K06 a header may be called like a member of objects', () => {
    const rule = { vary: ['__proto__', 'constructor'] };
    expect(keyOf({}, rule)).not.toBe(keyOf({ lines: ['__proto__', 'x'] }, rule));
    expect(keyOf({}, rule)).not.toBe(keyOf({ lines: ['constructor', 'x'] }, rule));
  });

  test('a header that nobody named does not count', () => {
    expect(keyOf({ lines: ['User-Agent', 'x', 'Cookie', 'a=b'] })).toBe(keyOf({}));
  });

  test('the allowed cookies', () => {
    const rule: Rule = { cookies: { allow: ['lang'] } };
    const german = plan({ lines: ['Cookie', 'session=1; lang=de'] }, rule);
    expect(german).toMatchObject({ cookies: 'lang=de', headerNames: [] });
    expect(german.key).toBe(keyOf({ lines: ['cookie', 'lang=de; session=2'] }, rule));
    expect(german.key).not.toBe(keyOf({}, rule));
    expect(plan({ lines: ['Cookie', 'lang=de'] }, { cookies: 'ignore' })).not.toHaveProperty('cookies');
  });

  test('several lines of cookies count together, as an array too', () => {
    const rule = resolveRule('rule', { cookies: { allow: ['a', 'b'] } });
    const asked = { ...view({}), headers: { cookie: ['b=2', 'a=1'] } };
    expect(planKey(asked, rule)).toMatchObject({ cookies: 'a=1; b=2' });
  });

  test('the user context, which is no part of anything else', () => {
    const keys = ['admin', 'user', 'bypass', '-'].map((role) => keyOf({}, { by: () => role }));
    expect(new Set([keyOf({}), ...keys]).size).toBe(5);
  });

  test('one part cannot pose as another', () => {
    const keys = [
      keyOf({ url: '/p?a' }),
      keyOf({ url: '/p%3Fa' }),
      keyOf({ lines: ['x-host', 'a'] }),
      keyOf({ lines: ['x-host', 'a'] }, { vary: ['b'] }),
      keyOf({ lines: ['b', 'a'] }, { vary: ['b'] }),
      keyOf({}, { by: () => 'a' }),
      keyOf({}, { key: () => 'a' }),
      keyOf({}, { key: () => ['/p', 'a'] }),
      keyOf({ lines: ['cookie', 'a=1'] }, { cookies: { allow: ['a'] } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('path and query', () => {
  test('D02 D06 K05 P13 spellings stay apart', () => {
    const urls = [
      '/p',
      '//p',
      '/p/',
      '/./p',
      '/p;x.css',
      '/P',
      '/%70',
      '/p?a[]=1',
      '/p?a[0]=1',
      '/p?a.b=1',
      '/p?a=1',
      '/p?a',
    ];
    const unicode = ['/\u00e9', '/e\u0301'];
    const keys = [...urls, ...unicode].map((url) => keyOf({ url }));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('parameters may come in any order, and the handler gets them in its own', () => {
    const planned = plan({ url: '/p?b=2&a=1' });
    expect(planned.key).toBe(keyOf({ url: '/p?a=1&b=2' }));
    expect(planned).toMatchObject({ url: '/p?b=2&a=1', path: '/p' });
  });

  test.each([
    ['/p?x=1&utm_content=a;x=evil', '/p?x=1'],
    ['/p?utm_x=1?x=evil', '/p'],
    ['/p?x=1&utm_content=%26x=evil', '/p?x=1'],
    ['/p?utm_source=<script>', '/p'],
    ['/p?', '/p'],
  ])('P10 P11 the handler sees of %s only what the key covers', (url, seen) => {
    const rule: Rule = { query: { ignore: ['utm_*'] } };
    expect(plan({ url }, rule).url).toBe(seen);
    expect(keyOf({ url }, rule)).toBe(keyOf({ url: seen }, rule));
  });

  test('K13 no parameter has a meaning of its own', () => {
    const names = ['__internal_key', 'key', 'shelflife', '__proto__', '_method'];
    const keys = names.map((name) => keyOf({ url: `/p?${name}=/q` }));
    expect(new Set([...keys, keyOf({ url: '/q' }), keyOf({})]).size).toBe(names.length + 2);
  });

  test('a target in absolute form keeps its host in the key', () => {
    const planned = plan({ url: 'http://evil/p?a=1' });
    expect(planned).toMatchObject({ url: 'http://evil/p?a=1', path: '/p' });
    expect(planned.key).not.toBe(keyOf({ url: '/p?a=1' }));
  });
});

describe('digests', () => {
  test('K15 are 64 ASCII letters whatever the key', () => {
    for (const key of ['', 'a b\r\n', 'x'.repeat(16_384), '\u00ff\u{1f600}'])
      expect(keyDigest(key)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('K05 tell all keys apart, lone surrogates too', () => {
    const keys = ['\ud800', '\ud801', '\ufffd', '\u00e9', 'e\u0301', 'a', 'a\0'];
    expect(new Set(keys.map(keyDigest)).size).toBe(keys.length);
  });
});
