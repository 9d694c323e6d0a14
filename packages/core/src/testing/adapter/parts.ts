import { describe, expect, test } from 'vitest';
import { formatHttpDate } from '../../http/http-date.js';
import { eventually, gate, startOne } from './app.js';
import { waiting } from './crowd.js';
import type { TestAnswer, TestHost } from './host.js';
import { FILE, FILE_CHANGED, TAG } from './sample-file.js';

const RULE = { ttl: '1m' } as const;

async function* inParts(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

/** When a part may be sent, and what is stored when a part is asked for first. */
export function partCases(host: TestHost): void {
  describe('If-Range (RFC 9110 section 13.1.5)', () => {
    const EARLIER = formatHttpDate(Date.parse(FILE_CHANGED) - 1000);
    const LATER = formatHttpDate(Date.parse(FILE_CHANGED) + 1000);
    // Varnish c00100.
    test.each<[ifRange: string, status: number]>([
      [TAG, 206],
      ['"v2"', 200],
      [`W/${TAG}`, 200],
      [`${TAG}, "v2"`, 200],
      ['*', 200],
      ['v1', 200],
      [FILE_CHANGED, 206],
      [EARLIER, 200],
      [LATER, 200],
      ['yesterday', 200],
      ['', 200],
    ])('%s: %i', async (ifRange, status) => {
      const app = await startOne(host, RULE, () => FILE);
      await app.get('/');
      const answer = await app.get('/', { range: 'bytes=5-9', 'if-range': ifRange });
      const text = status === 206 ? '56789' : FILE.body;
      expect([answer.status, answer.text, answer.cacheStatus]).toEqual([status, text, 'hit; ttl=60']);
    });

    // Varnish c00100, second half.
    test.each(['"v1"', FILE_CHANGED])(
      '%s: 200 when nothing is stored to compare it with',
      async (ifRange) => {
        const app = await startOne(host, RULE, () => ({ body: FILE.body! }));
        await app.get('/');
        expect((await app.get('/', { range: 'bytes=5-9', 'if-range': ifRange })).status).toBe(200);
      },
    );

    test.each(['W/"mine"', undefined])('a weak tag proves nothing (%s)', async (etag) => {
      const headers = etag === undefined ? {} : { ETag: etag };
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      const tag = (await app.get('/')).headers['etag']!;
      expect((await app.get('/', { range: 'bytes=0-0', 'if-range': tag })).status).toBe(200);
    });

    test('a date proves nothing when the answer was made within the same second', async () => {
      const app = await startOne(host, RULE, () => ({
        headers: { 'Last-Modified': FILE_CHANGED, Date: FILE_CHANGED },
        body: 'x',
      }));
      await app.get('/');
      expect((await app.get('/', { range: 'bytes=0-0', 'if-range': FILE_CHANGED })).status).toBe(200);
    });

    test('alone it says nothing', async () => {
      const app = await startOne(host, RULE, () => FILE);
      await app.get('/');
      expect((await app.get('/', { 'if-range': TAG })).text).toBe(FILE.body);
    });
  });

  describe('ranges and conditions in the order of RFC 9110 section 13.2.2', () => {
    // Varnish c00025.
    test.each<[Record<string, string>, number]>([
      [{ 'if-none-match': TAG }, 304],
      [{ 'if-modified-since': FILE_CHANGED }, 304],
      [{ 'if-none-match': '"v2"' }, 206],
      [{ 'if-match': '"v2"' }, 412],
      [{ 'if-match': TAG }, 206],
      [{ 'if-match': '"v2"', 'if-none-match': TAG }, 412],
      [{ 'if-none-match': TAG, 'if-range': '"v2"' }, 304],
    ])('%j with a range: %i', async (headers, status) => {
      const app = await startOne(host, RULE, () => FILE);
      for (const _ of [1, 2]) {
        expect((await app.get('/', { range: 'bytes=0-1', ...headers })).status).toBe(status);
      }
      expect(app.calls()).toBe(1);
    });
  });

  describe('a range that is asked for first', () => {
    test('the handler is asked for the whole, which is stored; the client gets its part', async () => {
      const seen: unknown[] = [];
      const app = await startOne(host, RULE, (_run, { headers }) => {
        seen.push(headers['range'], headers['if-range']);
        return FILE;
      });
      const first = await app.get('/', { range: 'bytes=1-2', 'if-range': TAG });
      expect([first.status, first.text, first.cacheStatus]).toEqual([206, '12', 'fwd=miss; stored']);
      expect(first.headers).toMatchObject({ 'content-range': 'bytes 1-2/16', 'content-length': '2' });
      expect(seen).toEqual([undefined, undefined]);
      expect((await app.get('/')).text).toBe(FILE.body);
      expect(app.calls()).toBe(1);
    });

    test('416 when it cannot be served, and the whole is stored', async () => {
      const app = await startOne(host, RULE, () => FILE);
      expect((await app.get('/', { range: 'bytes=16-' })).status).toBe(416);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
    });

    test('a streamed first answer is the whole, the next is the part', async () => {
      const app = await startOne(host, RULE, () => ({ ...FILE, body: inParts('01234567', '89abcdef') }));
      const answers = [];
      for (const _ of [1, 2]) answers.push(await app.get('/', { range: 'bytes=1-2' }));
      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [200, FILE.body],
        [206, '12'],
      ]);
    });

    test('what is not stored goes out whole', async () => {
      const app = await startOne(host, RULE, () => ({ ...FILE, headers: { 'Cache-Control': 'private' } }));
      const answer = await app.get('/', { range: 'bytes=1-2' });
      expect([answer.status, answer.text]).toEqual([200, FILE.body]);
    });

    test.each<[string, TestAnswer]>([
      ['is for one client only', { headers: { 'Cache-Control': 'private' }, body: 'page' }],
      ['is too large', { body: 'x'.repeat(100) }],
    ])('of what %s the handler makes the next parts itself', async (_what, answer) => {
      const app = await startOne(host, { ...RULE, maxBodySize: 50 }, (_run, { headers }) =>
        headers['range'] === undefined
          ? answer
          : { status: 206, headers: { 'Content-Range': 'bytes 0-0/9' }, body: 'p' },
      );
      await app.get('/');
      if (answer.headers === undefined) app.clock.advance(300_000);
      const part = await app.get('/', { range: 'bytes=0-0' });
      expect([part.status, part.text, part.cacheStatus]).toEqual([206, 'p', 'fwd=bypass; detail=RANGE']);
      expect((await app.get('/')).status).toBe(200);
    });

    test('with credentials the handler makes it itself', async () => {
      const app = await startOne(host, RULE, (_run, { headers }) => ({ body: String(headers['range']) }));
      const part = await app.get('/', { range: 'bytes=0-0', authorization: 'Bearer x' });
      expect([part.text, part.cacheStatus]).toEqual(['bytes=0-0', 'fwd=bypass; detail=RANGE']);
    });

    test('requests for different parts wait for one handler', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async () => {
        await opened;
        return FILE;
      });
      const first = app.get('/', { range: 'bytes=0-0' });
      await eventually(() => app.calls() === 1);
      const others = [
        ...(await waiting(app, 1, { range: 'bytes=-1' })),
        ...(await waiting(app, 1, { range: 'bytes=99-' })),
        ...(await waiting(app, 1)),
      ];
      open();
      const answers = await Promise.all([first, ...others]);
      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [206, '0'],
        [206, 'f'],
        [416, ''],
        [200, FILE.body],
      ]);
      expect(app.calls()).toBe(1);
    });
  });
}
