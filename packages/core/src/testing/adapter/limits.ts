import { describe, expect, test } from 'vitest';
import { startApp, startOne } from './app.js';
import type { TestAnswer, TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

async function* inParts(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

/** What of a complete answer is kept: bodies up to a size, with the length they declare, without the connection. */
export function limitCases(host: TestHost): void {
  describe('the body', () => {
    test.each([
      ['whole', (body: string): TestAnswer => ({ body }), 'fwd=miss; detail=TOO-LARGE'],
      // The head is out before the size is known.
      [
        'in parts',
        (body: string): TestAnswer => ({ body: inParts(body.slice(0, 4), body.slice(4)) }),
        'fwd=miss; stored',
      ],
    ])('is stored up to maxBodySize and served whole beyond it (%s)', async (_how, answer, status) => {
      const app = await startApp(host, [
        { path: '/8', rule: { ...RULE, maxBodySize: 8 }, answer: () => answer('12345678') },
        { path: '/9', rule: { ...RULE, maxBodySize: 8 }, answer: () => answer('123456789') },
      ]);
      for (const expected of ['fwd=miss; stored', 'hit; ttl=60']) {
        const fitting = await app.get('/8');
        expect([fitting.text, fitting.cacheStatus]).toEqual(['12345678', expected]);
        const large = await app.get('/9');
        expect([large.text, large.cacheStatus]).toEqual(['123456789', status]);
      }
      expect(app.events).toContainEqual({ type: 'not-stored', url: '/9', reason: 'TOO-LARGE' });
    });

    test.each([
      ['shorter', 9, 'in one', ['12345678']],
      ['shorter', 9, 'in parts', ['1234', '5678']],
      ['longer', 7, 'in one', ['12345678']],
    ])('is not stored when it is %s than Content-Length %i (%s)', async (_than, length, _how, chunks) => {
      let runs = 0;
      const app = await startApp(host, [
        {
          path: '/',
          rule: RULE,
          raw(_req, res) {
            runs++;
            res.setHeader('Content-Length', length);
            for (const chunk of chunks.slice(0, -1)) res.write(chunk);
            res.end(chunks.at(-1));
          },
        },
      ]);
      const ask = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nConnection: close\r\n\r\n`;
      for (const run of [1, 2]) {
        expect(await app.raw(ask)).toContain(`Content-Length: ${length}\r\n`);
        expect(runs).toBe(run);
      }
      expect(app.events).toContainEqual({ type: 'not-stored', url: '/', reason: 'CONTENT-LENGTH' });
    });

    test('is not replayed with fields of the connection, fixed ones or those named by Connection', async () => {
      const hop = { 'Keep-Alive': 'timeout=99', 'Proxy-Authenticate': 'Basic', Upgrade: 'h2c', 'X-Hop': '1' };
      const headers = { ...hop, Connection: 'close, X-Hop', 'X-End': '2' };
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      expect((await app.get('/')).headers).toMatchObject({ 'x-hop': '1', 'x-end': '2' });
      const hit = await app.get('/');
      expect([hit.cacheStatus, hit.headers['x-end']]).toEqual(['hit; ttl=60', '2']);
      for (const [name, value] of Object.entries(hop))
        expect(hit.headers[name.toLowerCase()]).not.toBe(value);
      expect(hit.headers['connection']).not.toContain('X-Hop');
    });
  });
}
