import { describe, expect, test } from 'vitest';
import { parseCacheControl } from './cache-control.js';
import { heuristicLifetime, initialAge, responseLifetime, staleWindows } from './freshness.js';
import { formatHttpDate } from './http-date.js';
import type { Headers } from './message.js';

const NOW = Date.UTC(2026, 0, 1);
const date = (seconds: number): string => formatHttpDate(NOW + seconds * 1000);
const lifetime = (headers: Headers): string => {
  const found = responseLifetime(headers, parseCacheControl(headers['cache-control'] as string), NOW);
  return found === undefined ? 'none' : `${found.source} ${found.ms}`;
};

describe('responseLifetime', () => {
  test.each<[Headers, string]>([
    // RFC 9111 4.2.1
    [{}, 'none'],
    [{ 'cache-control': 'public' }, 'none'],
    [{ 'cache-control': 'max-age=5' }, 'max-age 5000'],
    [{ 'cache-control': 'max-age=5, s-maxage=9' }, 's-maxage 9000'],
    [{ 'cache-control': 'max-age=5, s-maxage=0' }, 's-maxage 0'],
    [{ 'cache-control': 's-maxage=abc, max-age=60' }, 's-maxage 0'],
    [{ 'cache-control': 'max-age=-1', expires: date(60) }, 'max-age 0'],
    [{ 'cache-control': 'max-age=5', expires: date(-60) }, 'max-age 5000'],
    // RFC 9111 5.3
    [{ expires: date(60), date: date(0) }, 'expires 60000'],
    [{ expires: date(60), date: date(-10) }, 'expires 70000'],
    [{ expires: date(60) }, 'expires 60000'],
    [{ expires: date(60), date: 'junk' }, 'expires 60000'],
    [{ expires: date(-60), date: date(0) }, 'expires 0'],
    [{ expires: '0' }, 'expires 0'],
    [{ expires: '' }, 'expires 0'],
    [{ expires: 'junk', date: 'Fri, 01 Jan 1960 00:00:00 GMT' }, 'expires 0'],
    [{ expires: [date(60), date(90)] }, 'expires 0'],
    [{ expires: 'Fri, 31 Dec 9999 23:59:59 GMT' }, `expires ${2 ** 31 * 1000}`],
  ])('%j: %s', (headers, expected) => {
    expect(lifetime(headers)).toBe(expected);
  });
});

describe('initialAge', () => {
  test.each<[Headers, number]>([
    // RFC 9111 4.2.3
    [{}, 0],
    [{ date: date(-30) }, 30_000],
    [{ date: date(30) }, 0],
    [{ date: 'junk' }, 0],
    [{ age: '7' }, 7_000],
    [{ age: '7', date: date(-30) }, 30_000],
    [{ age: '40', date: date(-30) }, 40_000],
    // RFC 9111 5.1
    [{ age: '7, 0' }, 7_000],
    [{ age: ['0', '7'] }, 0],
    [{ age: '-7' }, 0],
    [{ age: '7.0' }, 0],
    [{ age: 'abc' }, 0],
    [{ age: '7;foo=bar' }, 0],
    [{ age: '' }, 0],
    [{ age: '99999999999' }, 2 ** 31 * 1000],
  ])('%j: %i ms', (headers, expected) => {
    expect(initialAge(headers, NOW)).toBe(expected);
  });
});

test('the time an answer took counts with an Age only: it came from elsewhere', () => {
  expect(initialAge({}, NOW, 3000)).toBe(0);
  expect(initialAge({ date: date(0) }, NOW, 3000)).toBe(0);
  expect(initialAge({ age: '7' }, NOW, 3000)).toBe(10_000);
  expect(initialAge({ age: '0', date: date(-5) }, NOW, 3000)).toBe(5000);
});

describe('heuristicLifetime (RFC 9111 section 4.2.2)', () => {
  const DAY = 86_400;
  const guess = (status: number, headers: Headers): number | undefined =>
    heuristicLifetime(
      { status, headers },
      parseCacheControl(headers['cache-control'] as string | undefined),
      NOW,
    )?.ms;

  test.each<[number, Headers, number | undefined]>([
    [200, { 'last-modified': date(-100) }, 10_000],
    [200, { 'last-modified': date(-100), date: date(-50) }, 5000],
    [200, { 'last-modified': date(-1000 * DAY) }, DAY * 1000],
    [200, { 'last-modified': date(50) }, 0],
    [200, {}, undefined],
    // report.md 43
    [200, { 'last-modified': '2025-01-01' }, undefined],
    [200, { 'last-modified': [date(-100), date(-200)] }, undefined],
    [404, { 'last-modified': date(-100) }, 10_000],
    [201, { 'last-modified': date(-100) }, undefined],
    [503, { 'last-modified': date(-100) }, undefined],
    [503, { 'last-modified': date(-100), 'cache-control': 'public' }, 10_000],
    [599, { 'last-modified': date(-100), 'cache-control': 'public;' }, undefined],
  ])('%i %j: %d ms', (status, headers, expected) => {
    expect(guess(status, headers)).toBe(expected);
  });
});

describe('staleWindows', () => {
  test.each([
    ['', 1, 2],
    ['max-age=5', 1, 2],
    ['stale-while-revalidate=30', 30_000, 2],
    ['stale-if-error=40', 1, 40_000],
    ['stale-while-revalidate=0, stale-if-error=junk', 0, 0],
    // RFC 9111 4.2.4
    ['must-revalidate, stale-if-error=40', 0, 0],
    ['proxy-revalidate, stale-while-revalidate=30', 0, 0],
    ['s-maxage=5, stale-while-revalidate=30', 0, 0],
    ['no-cache', 0, 0],
  ])('%s over a rule of 1 and 2 ms', (value, staleWhileRevalidate, staleIfError) => {
    expect(staleWindows(parseCacheControl(value), 1, 2)).toEqual({ staleWhileRevalidate, staleIfError });
  });
});
