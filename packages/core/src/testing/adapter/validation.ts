import { describe, expect, test } from 'vitest';
import { eventually, gate, startApp } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';
import { CHANGED } from './sample-dates.js';
import { type Asked, NOT_MODIFIED, PAGE, RULE, startStored } from './stored-page.js';

async function* nothing(): AsyncGenerator<string> {
  yield* [];
}

/** Validation of stale responses with the handler (RFC 9111 section 4.3). */
export function validationCases(host: TestHost): void {
  describe('validation', () => {
    test.each<[string, TestAnswer, Asked]>([
      ['its ETag', PAGE, { 'if-none-match': '"a"' }],
      [
        'its Last-Modified',
        { headers: { 'Last-Modified': CHANGED }, body: 'page' },
        { 'if-modified-since': CHANGED },
      ],
      [
        'both',
        { headers: { ETag: 'W/"a"', 'Last-Modified': CHANGED }, body: 'page' },
        { 'if-none-match': 'W/"a"', 'if-modified-since': CHANGED },
      ],
    ])('a stale response is confirmed by %s', async (_by, first, conditions) => {
      const app = await startStored(host, () => ({ status: 304 }), RULE, first);
      app.clock.advance(11_000);
      const confirmed = await app.get('/');
      expect(confirmed).toMatchObject({ status: 200, text: 'page' });
      expect(confirmed.cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
      expect(app.asked[1]).toEqual(conditions);
      expect(await app.get('/')).toMatchObject({ text: 'page', cacheStatus: 'hit; ttl=10' });
    });

    test('32. the fields of the 304 replace those of the same name, the others and the body stay', async () => {
      const app = await startStored(host, () => ({
        status: 304,
        headers: {
          ETag: '"a"',
          'X-New': ['2', '3'],
          'Content-Type': 'text/html',
          'Cache-Control': 'max-age=30',
        },
      }));
      app.clock.advance(11_000);
      for (const answer of [await app.get('/'), await app.get('/')]) {
        expect(answer.headers).toMatchObject({ 'x-old': '1', 'x-new': '2, 3', 'content-type': 'text/plain' });
        expect([answer.text, answer.headers['content-length']]).toEqual(['page', '4']);
      }
      app.clock.advance(29_000);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=1');
    });

    test('the age of a confirmed response begins anew', async () => {
      const first = { ...PAGE, headers: { ...PAGE.headers, Age: '5' } };
      const app = await startStored(host, () => NOT_MODIFIED, RULE, first);
      expect((await app.get('/')).headers['age']).toBe('5');
      app.clock.advance(11_000);
      await app.get('/');
      app.clock.advance(3000);
      const { headers, cacheStatus } = await app.get('/');
      expect([headers['age'], cacheStatus]).toEqual(['3', 'hit; ttl=7']);
      expect(Date.parse(headers['date']!)).toBe(Math.floor((app.clock.now() - 3000) / 1000) * 1000);
    });

    test('a new answer takes the place of what is stored', async () => {
      const app = await startStored(host, () => ({ headers: { ETag: '"b"' }, body: 'new' }));
      app.clock.advance(11_000);
      expect(await app.get('/')).toMatchObject({ text: 'new', cacheStatus: 'fwd=stale; stored' });
      expect((await app.get('/')).headers).toMatchObject({ etag: '"b"' });
      expect((await app.get('/')).headers).not.toHaveProperty('x-old');
    });

    test.each<[string, (req: TestRequest) => TestAnswer]>([
      ['in parts', () => ({ ...NOT_MODIFIED, body: nothing() })],
      ['without fields', () => ({ status: 304 })],
    ])('a 304 that comes %s is the same', async (_how, answer) => {
      const app = await startStored(host, (_run, req) => answer(req));
      app.clock.advance(11_000);
      expect(await app.get('/')).toMatchObject({ status: 200, text: 'page' });
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
    });

    test('a handler on the bare response sees the conditions in every form, and may answer with writeHead', async () => {
      const seen: unknown[] = [];
      let runs = 0;
      const app = await startApp(host, [
        {
          path: '/',
          rule: RULE,
          raw(req, res) {
            const at = req.rawHeaders.findIndex((name) => name.toLowerCase() === 'if-none-match');
            seen.push([
              req.headers['if-none-match'],
              req.headersDistinct['if-none-match'],
              req.rawHeaders[at + 1],
            ]);
            runs++;
            if (runs === 1) res.writeHead(200, { ETag: '"a"' }).end('page');
            else res.writeHead(304, 'Unchanged', ['X-New', '2']).end();
          },
        },
      ]);
      await app.get('/');
      app.clock.advance(11_000);
      const confirmed = await app.get('/', { 'if-none-match': '"mine"' });
      expect(confirmed).toMatchObject({ status: 200, text: 'page' });
      expect(confirmed.headers['x-new']).toBe('2');
      expect(seen[1]).toEqual(['"a"', ['"a"'], '"a"']);
      expect(runs).toBe(2);
    });

    test.each([
      ['29. its own tag differs', { 'if-none-match': '"mine"' }, 200],
      ['its own tag matches', { 'if-none-match': '"a"' }, 304],
      ['its own tag comes with others', { 'if-none-match': '"x", W/"a"' }, 304],
    ])(`the client's own conditions are asked of the result: %s`, async (_title, headers, status) => {
      const app = await startStored(host);
      app.clock.advance(11_000);
      const answer = await app.get('/', headers);
      expect([answer.status, answer.text]).toEqual([status, status === 200 ? 'page' : '']);
      expect(answer.cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
      expect(app.asked[1]).toEqual({ 'if-none-match': '"a"' });
    });

    test('those who wait get the confirmed response', async () => {
      const { opened, open } = gate();
      const app = await startStored(host, () => opened.then(() => NOT_MODIFIED));
      app.clock.advance(11_000);
      const waiting = [app.get('/'), app.get('/'), app.get('/')];
      await eventually(() => app.clock.pending >= 2);
      open();
      for (const { status, text, headers } of await Promise.all(waiting))
        expect([status, text, headers['x-new']]).toEqual([200, 'page', '2']);
      expect(app.calls()).toBe(2);
    });
  });
}
