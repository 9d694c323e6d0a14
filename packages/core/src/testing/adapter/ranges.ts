import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import type { TestHost } from './host.js';
import { FILE, FILE_CHANGED, TAG } from './sample-file.js';

const RULE = { ttl: '1m' } as const;

const LONG = Array.from({ length: 400 }, (_, at) => String(at).padStart(4, '0')).join(' ');

/** Parts of what is stored (RFC 9110 section 14, RFC 9111 section 3.3). */
export function rangeCases(host: TestHost): void {
  describe('a range of a stored response (RFC 9110 section 14.2)', () => {
    test.each([
      ['bytes=5-9', '56789', 'bytes 5-9/16'],
      ['bytes=0-0', '0', 'bytes 0-0/16'],
      ['bytes=10-', 'abcdef', 'bytes 10-15/16'],
      ['bytes=-4', 'cdef', 'bytes 12-15/16'],
      ['bytes=0-', '0123456789abcdef', 'bytes 0-15/16'],
      ['bytes=12-99', 'cdef', 'bytes 12-15/16'],
      ['BYTES=15-15', 'f', 'bytes 15-15/16'],
      // Of two ranges one can be served: that one alone (section 15.3.7).
      ['bytes=2-3,99-100', '23', 'bytes 2-3/16'],
    ])('%s: 206 with %s', async (range, text, contentRange) => {
      const app = await startOne(host, RULE, () => FILE);
      const whole = await app.get('/');
      const part = await app.get('/', { range });
      expect([part.status, part.text, part.cacheStatus]).toEqual([206, text, 'hit; ttl=60']);
      expect(part.headers).toMatchObject({
        'content-range': contentRange,
        'content-length': String(text.length),
        'content-type': 'text/plain',
        'accept-ranges': 'bytes',
        etag: TAG,
        date: whole.headers['date'],
        age: '0',
      });
      expect(app.calls()).toBe(1);
      expect((await app.get('/')).text).toBe(FILE.body);
    });

    test.each([
      'items=0-1',
      'bytes',
      'bytes=',
      'bytes=x',
      'bytes=9-5',
      'bytes=1-2-3',
      'bytes=-',
      'bytes 0-1',
      'bytes=0-1;2-3',
      // Overlapping, and too many.
      'bytes=0-5,3-9',
      `bytes=${Array.from({ length: 17 }, (_, at) => `${at}-${at}`).join(',')}`,
      // In parts it would be more than the whole.
      'bytes=0-1,4-5',
    ])('%s is ignored', async (range) => {
      const app = await startOne(host, RULE, () => FILE);
      await app.get('/');
      const answer = await app.get('/', { range });
      expect([answer.status, answer.text, answer.cacheStatus]).toEqual([200, FILE.body, 'hit; ttl=60']);
      expect(answer.headers).not.toHaveProperty('content-range');
    });

    // Varnish c00034, Souin TestSend_UnsatisfiableRange.
    test.each(['bytes=16-', 'bytes=99-100', 'bytes=-0', 'bytes=16-,20-30'])('%s: 416', async (range) => {
      const headers = { ...FILE.headers, 'Cache-Control': 'public, max-age=60', Expires: FILE_CHANGED };
      const app = await startOne(host, RULE, () => ({ ...FILE, headers }));
      await app.get('/');
      const answer = await app.get('/', { range });
      expect([answer.status, answer.text, answer.cacheStatus]).toEqual([416, '', 'hit; ttl=60']);
      expect(answer.headers).toMatchObject({ 'content-range': 'bytes */16', 'content-length': '0' });
      // A cache behind this one must not keep the refusal for others.
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
      expect(answer.headers).not.toHaveProperty('expires');
      expect(answer.headers).not.toHaveProperty('content-type');
    });

    // Souin TestSend_MultipartRange: never only the first of two.
    test('several: multipart/byteranges, each part with its place', async () => {
      const app = await startOne(host, RULE, () => ({ ...FILE, body: LONG }));
      await app.get('/');
      const answer = await app.get('/', { range: 'bytes=0-3, 500-503 ,-4' });
      expect([answer.status, answer.cacheStatus]).toEqual([206, 'hit; ttl=60']);
      const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(answer.headers['content-type']!)?.[1];
      const part = (place: string, text: string): string =>
        `\r\n--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${place}/1999\r\n\r\n${text}`;
      expect(answer.text).toBe(
        part('0-3', '0000') + part('500-503', '0100') + part('1995-1998', '0399') + `\r\n--${boundary}--\r\n`,
      );
      expect(answer.headers['content-length']).toBe(String(answer.body.length));
      expect(answer.headers).not.toHaveProperty('content-range');
    });

    // Varnish c00135.
    test('of an empty body: the empty whole', async () => {
      const headers = { 'Cache-Control': 'max-age=60' };
      const app = await startOne(host, RULE, () => ({ headers, body: '' }));
      for (const range of ['bytes=0-0', 'bytes=-1', 'bytes=0-']) {
        const answer = await app.get('/', { range });
        expect([answer.status, answer.text]).toEqual([200, '']);
      }
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
    });

    test('bytes are counted, not characters', async () => {
      const app = await startOne(host, RULE, () => ({ ...FILE, body: Uint8Array.of(0, 255, 13, 10, 200) }));
      await app.get('/');
      const part = await app.get('/', { range: 'bytes=1-3' });
      expect([...part.body]).toEqual([255, 13, 10]);
    });

    test('HEAD has no parts', async () => {
      const app = await startOne(host, RULE, () => FILE);
      await app.get('/');
      const head = await app.send('HEAD', '/', { range: 'bytes=0-1' });
      expect([head.status, head.headers['content-length'], head.cacheStatus]).toEqual([
        200,
        '16',
        'hit; ttl=60',
      ]);
    });

    test('nor has anything but a 200', async () => {
      const app = await startOne(host, { negativeTtl: '1m' }, () => ({ ...FILE, status: 404 }));
      for (const _ of [1, 2]) {
        const answer = await app.get('/', { range: 'bytes=0-1' });
        expect([answer.status, answer.text]).toEqual([404, FILE.body]);
      }
    });

    test('a handler that wants none says so', async () => {
      const headers = { ...FILE.headers, 'Accept-Ranges': 'none' };
      const app = await startOne(host, RULE, () => ({ ...FILE, headers }));
      for (const _ of [1, 2]) {
        const answer = await app.get('/', { range: 'bytes=0-1' });
        expect([answer.status, answer.headers['accept-ranges']]).toEqual([200, 'none']);
      }
    });

    test('Accept-Ranges of the handler stays; the whole gets none of the cache', async () => {
      const headers = { ...FILE.headers, 'Accept-Ranges': 'bytes' };
      const own = await startOne(host, RULE, () => ({ ...FILE, headers }));
      const without = await startOne(host, RULE, () => FILE);
      for (const _ of [1, 2]) {
        expect((await own.get('/')).headers['accept-ranges']).toBe('bytes');
        expect((await without.get('/')).headers).not.toHaveProperty('accept-ranges');
      }
    });

    test('a digest of the whole is not sent with a part', async () => {
      const headers = { ...FILE.headers, 'Content-MD5': 'x', 'Content-Digest': 'x', 'Repr-Digest': 'y' };
      const app = await startOne(host, RULE, () => ({ ...FILE, headers }));
      await app.get('/');
      const part = await app.get('/', { range: 'bytes=0-1' });
      expect(part.headers).toMatchObject({ 'repr-digest': 'y' });
      expect(part.headers).not.toHaveProperty('content-md5');
      expect(part.headers).not.toHaveProperty('content-digest');
    });

    test('of a stale response, while it is refreshed', async () => {
      const app = await startOne(host, { ttl: '1s', swr: '1m' }, () => FILE);
      await app.get('/');
      app.clock.advance(2000);
      expect((await app.get('/', { range: 'bytes=0-1' })).cacheStatus).toBe('hit; ttl=-1');
    });
  });
}
