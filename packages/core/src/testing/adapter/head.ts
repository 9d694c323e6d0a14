import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import type { TestAnswer, TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

const PAGE: TestAnswer = {
  headers: { ETag: '"v"', 'Content-Type': 'text/plain', Link: ['</a>', '</b>'] },
  body: 'page',
};

async function* inParts(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

/** HEAD is answered from what a GET stored (RFC 9110 section 9.3.2). */
export function headCases(host: TestHost): void {
  describe('HEAD', () => {
    test.each([
      ['whole', (): TestAnswer => PAGE],
      ['in parts', (): TestAnswer => ({ ...PAGE, body: inParts('pa', 'ge') })],
    ])('has the fields and the length of the stored GET and no body (%s)', async (_how, answer) => {
      const app = await startOne(host, RULE, answer);
      await app.get('/');
      const [get, head] = [await app.get('/'), await app.send('HEAD', '/')];
      expect([head.status, head.cacheStatus, head.text]).toEqual([200, 'hit; ttl=60', '']);
      expect(head.headers['content-length']).toBe('4');
      expect(head.lines).toEqual(get.lines);
      expect(app.calls()).toBe(1);
    });

    test('P21 a HEAD that comes first does not fill the cache', async () => {
      const seen: unknown[] = [];
      const app = await startOne(host, RULE, (_run, { method }) => {
        seen.push(method);
        return PAGE;
      });
      const head = await app.send('HEAD', '/');
      expect([head.status, head.cacheStatus, head.text]).toEqual([200, 'fwd=miss', '']);
      const get = await app.get('/');
      expect([get.cacheStatus, get.text]).toEqual(['fwd=miss; stored', 'page']);
      expect(seen).toEqual(['HEAD', 'GET']);
    });

    test('P21 no byte of a body follows the head on the wire', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await app.get('/');
      const text = await app.raw(
        `HEAD / HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^content-length: 4\r$/im);
      expect(text.endsWith('\r\n\r\n')).toBe(true);
    });

    test('with a condition gets the same 304', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await app.get('/');
      const headers = { 'if-none-match': '"v"' };
      const [get, head] = [await app.get('/', headers), await app.send('HEAD', '/', headers)];
      expect([head.status, head.cacheStatus]).toEqual([304, 'hit; ttl=60']);
      expect(head.lines).toEqual(get.lines);
      const changed = await app.send('HEAD', '/', { 'if-none-match': '"x"' });
      expect([changed.status, changed.headers['content-length']]).toEqual([200, '4']);
    });
  });
}
