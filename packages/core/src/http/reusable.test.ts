import { describe, expect, test } from 'vitest';
import { parseCacheControl } from './cache-control.js';
import { clientVerdict, requestControl } from './reusable.js';

describe('requestControl', () => {
  test.each<[Record<string, string | string[]>, boolean]>([
    // RFC 9111 5.4
    [{ pragma: 'no-cache' }, true],
    [{ pragma: 'No-Cache' }, true],
    [{ pragma: 'foo, no-cache' }, true],
    [{ pragma: 'no-cache-please' }, false],
    [{ pragma: 'foo' }, false],
    [{ pragma: 'no-cache', 'cache-control': 'max-age=5' }, false],
    [{ pragma: 'no-cache', 'cache-control': '' }, false],
    [{ 'cache-control': ['max-age=5', 'no-cache'] }, true],
    [{}, false],
  ])('%j says no-cache: %s', (headers, expected) => {
    expect(requestControl(headers).noCache).toBe(expected);
  });
});

describe('clientVerdict (RFC 9111 section 5.2.1)', () => {
  test.each<[directives: string, age: number, left: number, verdict: string]>([
    ['', 10, 10, 'nothing'],
    ['no-cache', 0, 10, 'refuse'],
    ['no-cache, max-stale', 20, -10, 'refuse'],
    // 5.2.1.1
    ['max-age=0', 0, 10, 'refuse'],
    ['max-age=10', 10, 10, 'nothing'],
    ['max-age=10', 10.001, 10, 'refuse'],
    ['max-age=junk', 0, 10, 'refuse'],
    ['max-age=10', 5, -5, 'nothing'],
    // 5.2.1.3
    ['min-fresh=10', 0, 10, 'nothing'],
    ['min-fresh=10', 0, 9.999, 'refuse'],
    ['min-fresh=0', 20, -1, 'refuse'],
    // 5.2.1.2; report.md 44
    ['max-stale', 20, -10_000, 'accept'],
    ['max-stale=10', 20, -10, 'accept'],
    ['max-stale=10', 20, -10.001, 'nothing'],
    ['max-stale=junk', 20, -1, 'nothing'],
    ['max-stale=10', 20, 5, 'nothing'],
    ['max-stale, max-age=15', 20, -10, 'refuse'],
  ])('%s at %d s with %d s left: %s', (directives, age, left, verdict) => {
    const candidate = { age: age * 1000, left: left * 1000, forbidsStale: () => false };
    expect(clientVerdict(parseCacheControl(directives), candidate)).toBe(verdict);
  });

  test('44. max-stale does not beat a response that must not be used stale', () => {
    const candidate = { age: 20_000, left: -1000, forbidsStale: () => true };
    expect(clientVerdict(parseCacheControl('max-stale'), candidate)).toBe('nothing');
  });
});
