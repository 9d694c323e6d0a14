import { describe, expect, test } from 'vitest';
import { cacheGroups, invalidatedGroups } from './cache-groups.js';

describe('Cache-Groups (RFC 9875 section 2)', () => {
  test.each<[string | string[], readonly string[]]>([
    ['"scripts"', ['scripts']],
    ['"a", "b"', ['a', 'b']],
    [
      ['"a"', '"b"'],
      ['a', 'b'],
    ],
    ['"a", "a"', ['a']],
    ['"A", "a"', ['A', 'a']],
    ['"a";x=1', ['a']],
    ['""', ['']],
    ['"a, b"', ['a, b']],
    ['', []],
    ['a', []],
    ['"a", b', []],
    ['"a", 1', []],
    ['("a" "b")', []],
    ['"a" "b"', []],
    ['"ü"', []],
  ])('%s', (value, groups) => {
    expect(cacheGroups({ 'cache-groups': value })).toEqual(groups);
  });

  test('32 groups of 32 characters count, and 128', () => {
    const groups = Array.from({ length: 200 }, (_, at) => String(at).padStart(32, 'x'));
    const field = groups.map((group) => `"${group}"`).join(', ');
    expect(cacheGroups({ 'cache-groups': field })).toEqual(groups.slice(0, 128));
  });
});

describe('Cache-Group-Invalidation (RFC 9875 section 3)', () => {
  const headers = { 'cache-group-invalidation': '"a", "b"', 'cache-groups': '"c"' };
  test.each([
    ['POST', 200, true],
    ['PUT', 204, true],
    ['DELETE', 303, true],
    ['PATCH', 199, false],
    ['POST', 400, false],
    ['POST', 503, false],
    ['PURGE', 200, true],
    ['GET', 200, false],
    ['HEAD', 200, false],
    ['OPTIONS', 200, false],
    ['QUERY', 200, false],
  ])('%s answered with %i: %s', (method, status, counts) => {
    expect(invalidatedGroups(method, status, headers)).toEqual(counts ? ['a', 'b'] : []);
  });
});
