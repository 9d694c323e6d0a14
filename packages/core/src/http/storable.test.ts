import { describe, expect, test } from 'vitest';
import { parseCacheControl } from './cache-control.js';
import { fieldValue } from './fields.js';
import { effectiveControl } from './freshness.js';
import type { Headers } from './message.js';
import {
  allowsAuthorization,
  notStorableReason,
  type NotStorable,
  type StorableContext,
} from './storable.js';

const ANONYMOUS: StorableContext = {
  authorization: false,
  keysUser: false,
  keysCookies: false,
  storing: 'careful',
  storesCookies: false,
};

function reason(status: number, headers: Headers, context = ANONYMOUS): NotStorable | undefined {
  return notStorableReason(
    { status, headers },
    parseCacheControl(fieldValue(headers, 'cache-control')),
    context,
  );
}

describe('status (RFC 9111 section 3)', () => {
  test.each([200, 203, 204, 301, 302, 308, 404, 410, 500, 503, 599])('%i may be stored', (status) => {
    expect(reason(status, {})).toBeUndefined();
  });

  test.each([100, 101, 103, 199, 206, 304, 600, 999, 0, -1, 200.5, Number.NaN])('%d may not', (status) => {
    expect(reason(status, {})).toBe('STATUS');
  });
});

describe('fields of the response', () => {
  test.each<[Headers, NotStorable | undefined]>([
    [{ 'cache-control': 'max-age=60' }, undefined],
    // RFC 9111 5.2.2, attacks.md P28
    [{ 'cache-control': 'no-store' }, 'NO-STORE'],
    [{ 'cache-control': ['max-age=60', 'private'] }, 'PRIVATE'],
    [{ 'cache-control': 'private="x", public' }, 'PRIVATE'],
    [{ 'cache-control': 'no-cache="set-cookie"' }, 'NO-CACHE'],
    [{ 'cache-control': 'no-store, must-understand' }, 'NO-STORE'],
    // attacks.md U03
    [{ 'set-cookie': ['a=1'] }, 'SET-COOKIE'],
    [{ 'set-cookie': '' }, 'SET-COOKIE'],
    [{ 'set-cookie': [] }, undefined],
    [{ 'set-cookie': ['a=1'], 'cache-control': 'public' }, 'SET-COOKIE'],
    // RFC 9111 4.1, attacks.md U05
    [{ vary: 'Accept, *' }, 'VARY-STAR'],
    [{ vary: 'Accept-Encoding' }, undefined],
    [{ vary: 'Accept, COOKIE' }, 'VARY-CREDENTIALS'],
    [{ vary: 'Authorization' }, 'VARY-CREDENTIALS'],
    // attacks.md U20
    [{ 'content-type': 'text/event-stream' }, 'EVENT-STREAM'],
    [{ 'content-type': ' Text/Event-Stream; charset=utf-8' }, 'EVENT-STREAM'],
    [{ 'content-type': 'multipart/x-mixed-replace; boundary=x' }, 'EVENT-STREAM'],
    [{ 'content-type': 'text/html' }, undefined],
    // RFC 9110 14.4, 6.5, 8.6; RFC 9112 7
    [{ 'content-range': 'bytes 0-0/5' }, 'CONTENT-RANGE'],
    [{ trailer: 'Server-Timing' }, 'TRAILER'],
    [{ 'transfer-encoding': 'chunked' }, undefined],
    [{ 'transfer-encoding': 'gzip, chunked' }, 'TRANSFER-ENCODING'],
    [{ 'content-length': '12' }, undefined],
    [{ 'content-length': '12, 13' }, 'CONTENT-LENGTH'],
    [{ 'content-length': '-1' }, 'CONTENT-LENGTH'],
  ])('%j: %s', (headers, expected) => {
    expect(reason(200, headers)).toBe(expected);
  });
});

describe(`with storing: 'rfc9111'`, () => {
  const wide = (status: number, headers: Headers, storesCookies = false): NotStorable | undefined =>
    notStorableReason({ status, headers }, effectiveControl(headers, { storing: 'rfc9111', targeted: [] }), {
      ...ANONYMOUS,
      storing: 'rfc9111',
      storesCookies,
    });

  test.each<[string, NotStorable | undefined]>([
    ['no-cache', undefined],
    ['no-cache="set-cookie"', undefined],
    ['private="x-user"', undefined],
    ['private="x-user", private', 'PRIVATE'],
    ['private=x-user', 'PRIVATE'],
    ['no-store', 'NO-STORE'],
    // RFC 9111 5.2.2.3
    ['no-store, must-understand', undefined],
    ['no-store, must-understand;', 'NO-STORE'],
    ['no-store, must-understand, private', 'PRIVATE'],
  ])('%s: %s', (value, expected) => {
    expect(wide(200, { 'cache-control': value })).toBe(expected);
  });

  test('must-understand forbids a status that nobody has defined, also without no-store', () => {
    expect(wide(599, { 'cache-control': 'max-age=9, must-understand' })).toBe('STATUS');
    expect(wide(404, { 'cache-control': 'max-age=9, must-understand, no-store' })).toBeUndefined();
  });

  test('a Content-Range outside of a 206 means nothing', () => {
    expect(wide(200, { 'content-range': 'bytes 0-0/5' })).toBeUndefined();
    expect(wide(206, { 'content-range': 'bytes 0-0/5' })).toBe('STATUS');
  });

  test('Set-Cookie only where the rule stores cookies, and never one of outer middleware', () => {
    const headers = { 'set-cookie': ['a=1'] };
    expect([wide(200, headers), wide(200, headers, true)]).toEqual(['SET-COOKIE', undefined]);
    const preset = { status: 200, headers, preset: ['set-cookie'] };
    const context: StorableContext = { ...ANONYMOUS, storing: 'rfc9111', storesCookies: true };
    expect(notStorableReason(preset, parseCacheControl(undefined), context)).toBe('SET-COOKIE');
  });
});

describe('a request with Authorization (RFC 9111 section 3.5)', () => {
  test.each<[string, NotStorable | undefined]>([
    ['max-age=60', 'AUTHORIZATION'],
    ['public', undefined],
    ['s-maxage=60', undefined],
    ['max-age=60, must-revalidate', undefined],
    ['proxy-revalidate, max-age=60', 'AUTHORIZATION'],
    ['s-maxage=abc, max-age=60', 'AUTHORIZATION'],
    ['s-maxage=-1', 'AUTHORIZATION'],
    ['s-maxage=0', 'AUTHORIZATION'],
    ['public;', 'AUTHORIZATION'],
    ['must-revalidate;', 'AUTHORIZATION'],
    ['ext="public", max-age=60', 'AUTHORIZATION'],
    ['public, private', 'PRIVATE'],
  ])('%s: %s', (value, expected) => {
    expect(reason(200, { 'cache-control': value }, { ...ANONYMOUS, authorization: true })).toBe(expected);
  });

  test('an explicit permission does not cover a response that varies by user', () => {
    const headers = { 'cache-control': 'public', vary: 'Authorization' };
    expect(reason(200, headers, { ...ANONYMOUS, authorization: true })).toBe('VARY-CREDENTIALS');
  });
});

test('a rule that puts the user into the key vouches for Vary: Cookie, but never for Set-Cookie or private', () => {
  const vouched = { ...ANONYMOUS, keysUser: true, keysCookies: true };
  expect(reason(200, { vary: 'Cookie, Authorization' }, vouched)).toBeUndefined();
  expect(reason(200, { vary: 'Cookie', 'set-cookie': 'a=1' }, vouched)).toBe('SET-COOKIE');
  expect(reason(200, { 'cache-control': 'private' }, vouched)).toBe('PRIVATE');
  expect(reason(200, { vary: '*' }, vouched)).toBe('VARY-STAR');
});

test('allowsAuthorization of a response that says nothing is false', () => {
  expect(allowsAuthorization(parseCacheControl(undefined))).toBe(false);
});

test('U05 a rule that keys single cookies does not vouch for Authorization', () => {
  const cookies = { ...ANONYMOUS, keysCookies: true };
  expect(reason(200, { vary: 'Cookie' }, cookies)).toBeUndefined();
  expect(reason(200, { vary: 'Authorization' }, cookies)).toBe('VARY-CREDENTIALS');
});
