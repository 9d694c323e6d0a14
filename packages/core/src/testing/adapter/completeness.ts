import { describe, expect, test } from 'vitest';
import { startApp, startOne } from './app.js';
import { requestText } from './client.js';
import type { TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

/** What is stored is one whole answer: what comes before it, behind it, or breaks off is not part of one. */
export function completenessCases(host: TestHost): void {
  describe('interim responses, trailers and ends', () => {
    test.each([
      ['a new answer', {}],
      ['a confirmed one', { ETag: '"a"' }],
    ])('early hints before %s reach its client, and no hit repeats them', async (_what, headers) => {
      const link = '</style.css>; rel=preload; as=style';
      const app = await startOne(host, RULE, (_run, req) => ({
        hints: { link },
        status: req.headers['if-none-match'] === undefined ? 200 : 304,
        headers,
        body: req.headers['if-none-match'] === undefined ? 'page' : '',
      }));
      const ask = (): Promise<string> => app.raw(requestText('/', 'Connection: close'));
      for (const seconds of [0, 61]) {
        app.clock.advance(seconds * 1000);
        const [before, after] = [await ask(), await ask()];
        expect(before).toMatch(
          /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/style\.css>[^]*\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
        );
        expect(after).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(after).not.toMatch(/^Link:/im);
        for (const text of [before, after]) expect(text.endsWith('page')).toBe(true);
      }
    });

    test('102 is passed on, and the answer behind it is stored', async () => {
      const app = await startApp(host, [
        {
          path: '/',
          rule: RULE,
          raw(_req, res) {
            res.writeProcessing();
            res.end('page');
          },
        },
      ]);
      const text = await app.raw(requestText('/', 'Connection: close'));
      expect(text).toMatch(/^HTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
      expect(await app.raw(requestText('/', 'Connection: close'))).toMatch(
        /^HTTP\/1\.1 200 OK\r\n[^]*; hit;/,
      );
    });

    test('an answer with trailers reaches its client with them and is not stored', async () => {
      const app = await startApp(host, [
        {
          path: '/',
          rule: RULE,
          raw(_req, res) {
            res.setHeader('Trailer', 'X-Sum');
            res.write('page');
            res.addTrailers({ 'X-Sum': '1' });
            res.end();
          },
        },
      ]);
      for (const _ of [1, 2]) {
        const text = await app.raw(requestText('/', 'Connection: close'));
        expect(text).toContain('0\r\nX-Sum: 1\r\n\r\n');
        expect(text).not.toContain('; hit');
      }
    });

    test.each([
      ['1. fewer bytes than Content-Length says', '40', 'short'],
      ['more bytes than Content-Length says', '2', 'longer'],
    ])('%s: nothing is stored', async (_what, length, body) => {
      const app = await startOne(host, RULE, () => ({
        headers: { 'Content-Length': length },
        body: (async function* () {
          yield body;
          throw new Error('the origin is gone');
        })(),
      }));
      for (const run of [1, 2]) {
        await app.raw(requestText('/', 'Connection: close'));
        expect(app.calls()).toBe(run);
      }
      expect(app.cache.stats().stored).toBe(0);
    });

    test('2. a chunked answer that breaks off ends without its last chunk, and is not stored', async () => {
      const app = await startOne(host, RULE, () => ({
        body: (async function* () {
          yield 'half';
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error('the origin is gone');
        })(),
      }));
      for (const run of [1, 2]) {
        expect(await app.raw(requestText('/'))).not.toContain('\r\n0\r\n\r\n');
        expect(app.calls()).toBe(run);
      }
    });

    test('4. a body over the limit is sent whole; what was stored before and is confirmed no more is not served', async () => {
      const app = await startOne(host, { ...RULE, maxBodySize: 5 }, (run) => ({
        headers: { ETag: `"${run}"` },
        body: run === 1 ? 'small' : 'far too large',
      }));
      await app.get('/');
      app.clock.advance(61_000);
      expect(await app.get('/')).toMatchObject({
        text: 'far too large',
        cacheStatus: 'fwd=stale; detail=TOO-LARGE',
      });
      expect((await app.get('/')).text).toBe('far too large');
    });

    test('8. an answer without Date gets one, which its hits repeat', async () => {
      const app = await startOne(host, RULE, () => ({ body: 'page' }));
      const dates = [];
      for (const _ of [1, 2, 3]) {
        dates.push((await app.get('/')).headers['date']);
        app.clock.advance(5000);
      }
      expect(new Set(dates).size).toBe(1);
      expect(dates[0]).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
    });

    test('11. a HEAD of a stored 204 is a 204', async () => {
      const app = await startOne(host, {}, () => ({
        status: 204,
        headers: { 'Cache-Control': 'max-age=60' },
      }));
      await app.get('/');
      const head = await app.send('HEAD', '/');
      expect([head.status, head.text, head.cacheStatus]).toEqual([204, '', 'hit; ttl=60']);
    });
  });
}
