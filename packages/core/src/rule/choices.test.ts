import { describe, expect, test } from 'vitest';
import { cacheControlOption, cookiesOption, queryOption, tagsOption, varyOption } from './choices.js';

describe('vary', () => {
  test('names are lower case, sorted and unique', () => {
    expect(varyOption('rule.vary', ['X-B', 'accept-language', 'x-b'])).toEqual(['accept-language', 'x-b']);
  });

  test.each([
    [
      ['*'],
      `rule.vary[0]: expected the name of a request header, got '*'. Name the headers that decide the answer, or use bypass for requests that must not be cached.`,
    ],
    [
      ['a', 'Cookie'],
      `rule.vary[1]: expected the name of a request header, got 'Cookie'. Use cookies: { allow: ['name'] } to vary by single cookies.`,
    ],
    [
      ['authorization'],
      `rule.vary[0]: expected the name of a request header, got 'authorization'. Use by to vary by what the credentials stand for: a user, a role, a plan.`,
    ],
    [['accept language'], `rule.vary[0]: expected the name of a request header, got 'accept language'.`],
    [['a\r\nb'], `rule.vary[0]: expected the name of a request header, got 'a\r\nb'.`],
    [
      'accept',
      `rule.vary: expected an array of header names such as 'accept-language', got 'accept'. Write ['accept'].`,
    ],
  ])('%j is refused', (value, message) => {
    expect(() => varyOption('rule.vary', value)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message }),
    );
  });

  test('K06 a header may be called like a member of objects', () => {
    expect(varyOption('rule.vary', ['__proto__', 'constructor'])).toEqual(['__proto__', 'constructor']);
  });
});

describe('query', () => {
  test.each(['all', 'none', { allow: ['page'] }, { ignore: ['utm_*', 'ref'] }, { allow: [] }])(
    '%j',
    (value) => {
      expect(queryOption('rule.query', value)).toEqual(value);
    },
  );

  const FORMS = `'all', 'none', { allow: ['page'] } or { ignore: ['utm_*'] }`;
  test.each([
    ['None', `rule.query: expected ${FORMS}, got 'None'.`],
    [['page'], `rule.query: expected ${FORMS}, got an array of 1. Write { allow: […] } or { ignore: […] }.`],
    [{}, `rule.query: expected ${FORMS}, got an empty object. Write one of them.`],
    [{ allow: ['a'], ignore: ['b'] }, `rule.query: expected ${FORMS}, got both. Write one of them.`],
    [{ alow: ['a'] }, `rule.query.alow: unknown option. Did you mean 'allow'?`],
    [
      { allow: 'page' },
      `rule.query.allow: expected an array of names such as 'page' or 'utm_*', got 'page'. Write ['page'].`,
    ],
    [
      { allow: ['*'] },
      `rule.query.allow[0]: expected the name of a query parameter, got '*'. Write query: 'all'.`,
    ],
    [
      { ignore: ['*'] },
      `rule.query.ignore[0]: expected the name of a query parameter, got '*'. Write query: 'none'.`,
    ],
    [{ ignore: ['a*b'] }, `rule.query.ignore[0]: expected '*' at the end only, got 'a*b'. Write 'a*'.`],
    [{ ignore: ['*b'] }, `rule.query.ignore[0]: expected '*' at the end only, got '*b'.`],
    [true, `rule.query: expected ${FORMS}, got true (boolean).`],
    [null, `rule.query: expected ${FORMS}, got null.`],
  ])('%j is refused', (value, message) => {
    expect(() => queryOption('rule.query', value)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message }),
    );
  });
});

describe('cookies', () => {
  test.each(['bypass', 'ignore', { allow: ['lang', '__Host-plan'] }])('%j', (value) => {
    expect(cookiesOption('rule.cookies', value)).toEqual(value);
  });

  test.each([
    [
      { allow: ['l*'] },
      `rule.cookies.allow[0]: expected the whole name of a cookie, got 'l*'. Cookies are allowed one by one, without patterns.`,
    ],
    [
      { allow: ['a;b'] },
      `rule.cookies.allow[0]: expected the whole name of a cookie, got 'a;b'. Cookies are allowed one by one, without patterns.`,
    ],
    [{ ignore: ['a'] }, 'rule.cookies.ignore: unknown option. Known options: allow.'],
    [
      ['lang'],
      `rule.cookies: expected 'bypass', 'ignore' or { allow: ['lang'] }, got an array of 1. Write { allow: […] }.`,
    ],
    [false, `rule.cookies: expected 'bypass', 'ignore' or { allow: ['lang'] }, got false (boolean).`],
  ])('%j is refused', (value, message) => {
    expect(() => cookiesOption('rule.cookies', value)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message }),
    );
  });
});

describe('tags', () => {
  test('are a list or a function', () => {
    const tags = (): string[] => [];
    expect(tagsOption('rule.tags', tags)).toBe(tags);
    expect(tagsOption('rule.tags', ['a', 'product:1', 'a'])).toEqual(['a', 'product:1']);
    expect(tagsOption('rule.tags', ['x'.repeat(256)])).toHaveLength(1);
  });

  test.each([
    [
      'products',
      `rule.tags: expected an array of tags such as 'products', or a function that returns one, got 'products'. Write ['products'].`,
    ],
    [
      {},
      `rule.tags: expected an array of tags such as 'products', or a function that returns one, got an object.`,
    ],
    [['a\n'], `rule.tags[0]: the tag 'a\n' holds a control character.`],
    [['é'.repeat(129)], /^rule\.tags\[0\]: the tag .* is longer than 256 bytes/],
    [
      Array.from({ length: 65 }, (_, index) => `t${index}`),
      'rule.tags: expected at most 64 tags, got an array of 65. Use a tag that stands for several.',
    ],
    [async () => ['a'], /^rule\.tags: expected a function that answers at once, got an async function/],
  ])('%o is refused', (value, message) => {
    expect(() => tagsOption('rule.tags', value)).toThrow(message);
  });
});

describe('cacheControl', () => {
  test('is false or the text of a header', () => {
    expect(cacheControlOption('rule.cacheControl', false)).toBe(false);
    expect(cacheControlOption('rule.cacheControl', ' public, max-age=60 ')).toBe('public, max-age=60');
  });

  test.each([
    ['', /got ''\.$/],
    [
      true,
      /^rule\.cacheControl: expected text such as 'public, max-age=60', or false for none, got true \(boolean\)\.$/,
    ],
    [60, /got 60 \(number\)/],
    [
      'public\r\nSet-Cookie: a=b',
      /got "public\\r\\nSet-Cookie: a=b" with a character that a header cannot hold\.$/,
    ],
    ['max-age=\u00a060', /with a character that a header cannot hold/],
  ])('%j is refused', (value, message) => {
    expect(() => cacheControlOption('rule.cacheControl', value)).toThrow(message);
  });
});
