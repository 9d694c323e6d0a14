import { describe, expect, test } from 'vitest';
import { type CdnOptions, cdnOption, TAG_FIELDS } from '../rule/cdn.js';
import type { CdnTagField } from '../rule/rule.js';
import { cdnControlLines, staleCdnLines } from './cdn.js';
import { cdnTag, tagValue } from './cdn-tags.js';
import { cacheGroups } from './cache-groups.js';
import type { Headers } from './message.js';

const cdn = (rule: object): CdnOptions => cdnOption('rule.cdn', rule)!;

const said = (headers: Headers, rule: object, keep = true): string | undefined => {
  const lines = cdnControlLines(headers, cdn(rule), keep);
  expect([0, 4]).toContain(lines.length);
  expect(lines[1]).toBe(lines[3]);
  return lines[1];
};

describe('how long CDNs keep a response', () => {
  test.each<[string, object, Headers, string | undefined]>([
    ['the rule', { maxAge: '1h' }, {}, 'max-age=3600'],
    [
      'with stale windows',
      { maxAge: '1h', swr: '30s', staleIfError: '1d' },
      {},
      'max-age=3600, stale-while-revalidate=30, stale-if-error=86400',
    ],
    ['beside what browsers are told', { maxAge: '1h' }, { 'cache-control': 'max-age=5' }, 'max-age=3600'],
    [
      'never stale when the handler forbids it',
      { maxAge: '1h', swr: '30s' },
      { 'cache-control': 'must-revalidate' },
      'max-age=3600, must-revalidate',
    ],
    [
      'for proxies too',
      { maxAge: '1h', swr: '30s' },
      { 'cache-control': 'proxy-revalidate' },
      'max-age=3600, must-revalidate',
    ],
    ['0 is not nothing', { maxAge: 0 }, {}, 'max-age=0'],
    ['nothing without maxAge', { tags: true }, {}, undefined],
    ['the handler, in s-maxage', { maxAge: '1h' }, { 'cache-control': 's-maxage=5' }, undefined],
    ['the handler, in CDN-Cache-Control', { maxAge: '1h' }, { 'cdn-cache-control': 'max-age=5' }, undefined],
    ['the handler, in Surrogate-Control', { maxAge: '1h' }, { 'surrogate-control': 'no-store' }, undefined],
  ])('%s', (_title, rule, headers, expected) => {
    expect(said(headers, rule)).toBe(expected);
  });

  test('not at all when they must not keep it, whatever is said of lifetimes', () => {
    expect(said({}, { maxAge: '1h' }, false)).toBe('no-store');
    expect(said({ 'cache-control': 's-maxage=5' }, { tags: true }, false)).toBe('no-store');
    expect(said({ 'cdn-cache-control': 'max-age=5' }, { tags: true }, false)).toBeUndefined();
  });

  test('of a stale response no more than that it is stale; the words of a handler stay', () => {
    const rule = cdn({ maxAge: '1h', swr: '30s' });
    const lines = ['X', 'max-age=3600', ...cdnControlLines({}, rule, true)];
    expect(staleCdnLines(lines, rule)).toEqual([
      'X',
      'max-age=3600',
      'CDN-Cache-Control',
      'max-age=0',
      'Surrogate-Control',
      'max-age=0',
    ]);
    const own = ['CDN-Cache-Control', 'max-age=3601'];
    expect(staleCdnLines(own, rule)).toEqual(own);
    expect(staleCdnLines(lines, undefined)).toBe(lines);
  });
});

describe('tags as CDNs read them', () => {
  test('each field in its own words', () => {
    const tags = ['a', 'product:1', 'two words', 'one,two', '100%', 'ü'];
    expect(TAG_FIELDS.map((field) => tagValue(field, tags).value)).toEqual([
      '"a", "product:1", "two words", "one,two", "100%25", "%C3%BC"',
      'a product:1 two%20words one,two 100%25 %C3%BC',
      'a,product:1,two%20words,one%2Ctwo,100%25,%C3%BC',
      'a product:1 two%20words one%2Ctwo 100%25 %C3%BC',
      'a,product%3A1,two%20words,one%2Ctwo,100%25,%C3%BC',
      'a,product:1,two%20words,one%2Ctwo,100%25,%C3%BC',
    ]);
  });

  test('a group comes back as it was sent, with quotes and backslashes', () => {
    const { value } = tagValue('Cache-Groups', ['say "hi"', 'a\\b']);
    expect(cacheGroups({ 'cache-groups': value })).toEqual(['say "hi"', 'a\\b']);
  });

  test.each(TAG_FIELDS)('%s: two tags never become one', (field) => {
    const tags = ['a b', 'a%20b', 'a,b', 'a%2Cb', 'a:b', 'a%3Ab', 'é', 'e', 'A', 'a'];
    expect(new Set(tags.map((tag) => cdnTag(field, tag))).size).toBe(tags.length);
  });

  test('a tag that is too long for its CDN is told by its digest', () => {
    const long = 'x'.repeat(256);
    expect(cdnTag('Edge-Cache-Tag', long)).toMatch(/^h-[0-9a-f]{32}$/);
    expect(cdnTag('Edge-Cache-Tag', 'x'.repeat(128))).toBe('x'.repeat(128));
    expect(cdnTag('Edge-Cache-Tag', `${long.slice(1)}y`)).not.toBe(cdnTag('Edge-Cache-Tag', long));
    expect(cdnTag('Surrogate-Key', long)).toBe(long);
  });

  test.each<[CdnTagField, number]>([
    ['Cache-Groups', 16_384],
    ['Surrogate-Key', 16_384],
    ['Cache-Tag', 16_384],
    ['xkey', 8000],
    ['Edge-Cache-Tag', 16_384],
    ['CDN-Tag', 1024],
  ])('%s holds %i bytes: the last tags do not fit', (field, limit) => {
    const tags = Array.from({ length: 64 }, (_, at) => `${at}${'é'.repeat(100)}`);
    const { value, dropped } = tagValue(field, tags);
    expect(value.length).toBeLessThanOrEqual(limit);
    expect(tagValue(field, tags.slice(0, 64 - dropped))).toEqual({ value, dropped: 0 });
    const many = tagValue(
      field,
      Array.from({ length: 5000 }, () => 'tag:1'),
    );
    expect(many.value.length).toBeLessThanOrEqual(limit);
    expect(many.dropped).toBeGreaterThan(0);
  });

  test('Akamai reads 128 tags', () => {
    const tags = Array.from({ length: 130 }, (_, at) => String(at));
    expect(tagValue('Edge-Cache-Tag', tags).dropped).toBe(2);
    expect(tagValue('Surrogate-Key', tags).dropped).toBe(0);
  });

  test('no tags, no value', () => {
    for (const field of TAG_FIELDS) expect(tagValue(field, [])).toEqual({ value: '', dropped: 0 });
  });
});
