import { describe, expect, test } from 'vitest';
import { invalidatedBy, isUnsafe } from './invalidates.js';
import type { Headers } from './message.js';

const VIEW = { method: 'POST', url: '/a%20b?x=1', authority: 'shop.example', scheme: 'https' };
const paths = (status: number, headers: Headers = {}, view = {}): string[] =>
  invalidatedBy({ ...VIEW, ...view }, status, headers).map((target) => target.path);

test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'])('%s is safe', (method) => {
  expect(isUnsafe(method)).toBe(false);
  expect(paths(200, {}, { method })).toEqual([]);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'M-SEARCH', 'get'])('%s may change things', (method) => {
  expect(isUnsafe(method)).toBe(true);
});

describe('the target (RFC 9111 section 4.4)', () => {
  test.each([200, 201, 204, 299, 301, 303, 399])('is invalidated by a %i', (status) => {
    expect(invalidatedBy(VIEW, status, {})).toEqual([{ authority: 'shop.example', path: '/a%20b' }]);
  });

  test.each([100, 199, 400, 404, 500, 503])('is not invalidated by a %i', (status) => {
    expect(paths(status, { location: '/b' })).toEqual([]);
  });

  test.each([
    ['/a/../b', '/a/../b'], // raw, as keys have it
    ['//a', '//a'],
    ['http://shop.example/c?d', '/c'],
    ['http://shop.example?d', '/'],
  ])('%s has the path %s', (url, expected) => {
    expect(paths(200, {}, { url })).toEqual([expected]);
  });

  test.each(['*', 'shop.example:443', ''])('%j has no path, or the root', (url) => {
    expect(paths(200, {}, { url })).toEqual(url === '' ? ['/'] : []);
  });
});

describe('Location and Content-Location', () => {
  test.each<[Headers, string[]]>([
    [{ location: '/b?y=2' }, ['/a%20b', '/b']],
    [{ 'content-location': 'c/d' }, ['/a%20b', '/c/d']],
    [{ location: '/b', 'content-location': '/c' }, ['/a%20b', '/b', '/c']],
    [{ location: 'https://shop.example/b' }, ['/a%20b', '/b']],
    [{ location: 'HTTPS://Shop.Example:443/b#f' }, ['/a%20b', '/b']],
    [{ location: '?z' }, ['/a%20b']],
    [{ location: '/a%20b' }, ['/a%20b']],
    [{ location: ['/b', '/c'] }, ['/a%20b', '/b', '/c']],
    // another origin
    [{ location: 'https://evil.example/b' }, ['/a%20b']],
    [{ location: '//evil.example/b' }, ['/a%20b']],
    [{ location: String.raw`\\evil.example/b` }, ['/a%20b']],
    [{ location: 'http://shop.example/b' }, ['/a%20b']],
    [{ location: 'https://shop.example:8443/b' }, ['/a%20b']],
    // junk
    [{ location: 'https://' }, ['/a%20b']],
    [{ location: 'http://[' }, ['/a%20b']],
    [{ location: 'javascript:alert(1)' }, ['/a%20b']],
  ])('%j: %j', (headers, expected) => {
    expect(paths(201, headers)).toEqual(expected);
  });

  test('are ignored when the authority of the request cannot be read', () => {
    expect(paths(200, { location: '/b' }, { authority: 'a b[' })).toEqual(['/a%20b']);
  });
});
