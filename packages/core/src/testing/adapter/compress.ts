import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import { ask, COMPRESS as RULE, LONG, noise, PAGE, ZSTD } from './coded-client.js';
import type { TestHost } from './host.js';

/** Content codings that the cache makes (rule option `compress`). */
export function compressCases(host: TestHost): void {
  describe('compress: negotiation (RFC 9110 section 12.5.3)', () => {
    test.each<[accept: string | undefined, coding: string | undefined]>([
      [undefined, undefined],
      ['', undefined],
      ['identity', undefined],
      ['gzip', 'gzip'],
      ['GZIP', 'gzip'],
      ['x-gzip', 'gzip'],
      ['gzip, br', 'br'],
      ['zstd', ZSTD],
      ['gzip, zstd', ZSTD ?? 'gzip'],
      ['zstd;q=0.5, gzip;q=0.4', ZSTD ?? 'gzip'],
      ['zstd;q=0, *', 'br'],
      ['gzip;q=1, br;q=0.5', 'gzip'],
      ['gzip;q=0.5', 'gzip'],
      ['identity;q=1, gzip;q=0.5', undefined],
      ['gzip;q=0', undefined],
      ['gzip;q=0, *', 'br'],
      ['*', 'br'],
      ['*;q=0', undefined],
      ['identity;q=0, gzip', 'gzip'],
      ['deflate, compress', undefined],
      ['gzip;q=much', undefined],
    ])('Accept-Encoding: %s gets %s', async (accept, coding) => {
      const app = await startOne(host, RULE, () => PAGE);
      await ask(app);
      const hit = await ask(app, accept === undefined ? {} : { 'accept-encoding': accept });
      expect([hit.status, hit.coding, hit.text === LONG]).toEqual([200, coding, true]);
      expect(hit.size < 1000).toBe(coding !== undefined);
      expect(hit.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(hit.size) });
      expect(hit.headers['etag']).toBe(coding === undefined ? '"v1"' : `"v1-${coding}"`);
      expect(app.calls()).toBe(1);
    });
  });

  describe('compress', () => {
    test('the handler does not see Accept-Encoding, and one plain body is stored', async () => {
      const seen: unknown[] = [];
      const app = await startOne(host, RULE, (_run, { headers }) => {
        seen.push(headers['accept-encoding']);
        return PAGE;
      });
      const miss = await ask(app, { 'accept-encoding': 'gzip' });
      expect([miss.coding, miss.text === LONG, miss.headers['vary']]).toEqual([
        undefined,
        true,
        'Accept-Encoding',
      ]);
      expect(miss.headers['etag']).toBe('"v1"');
      expect(seen).toEqual([undefined]);
      expect(app.cache.stats().memory.entries).toBe(1);
    });

    test('codings are made once and count in the bytes of the entry', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await ask(app);
      const { bytes } = app.cache.stats().memory;
      const [gzip, br] = [
        await ask(app, { 'accept-encoding': 'gzip' }),
        await ask(app, { 'accept-encoding': 'br' }),
      ];
      expect(app.cache.stats().memory).toMatchObject({ bytes: bytes + gzip.size + br.size, entries: 1 });
      await ask(app, { 'accept-encoding': 'gzip' });
      expect(app.cache.stats().memory.bytes).toBe(bytes + gzip.size + br.size);
    });

    test('a coding that does not fit beside its response is not kept, the response is', async () => {
      const app = await startOne(host, RULE, () => ({ ...PAGE, body: noise(20_000, 64) }), {
        memory: { maxSize: 27_000 },
      });
      await ask(app);
      for (const _ of [1, 2]) {
        const hit = await ask(app, { 'accept-encoding': 'gzip' });
        expect([hit.coding, hit.headers['cache-status']]).toEqual([undefined, 'shelflife; hit; ttl=60']);
      }
    });

    test('conditions are those of the coding that is sent; a 304 has its tag', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await ask(app);
      const gzip = { 'accept-encoding': 'gzip' };
      const tag = (await ask(app, gzip)).headers['etag']!;
      const rows: readonly (readonly [Record<string, string>, number, string])[] = [
        [{ ...gzip, 'if-none-match': tag }, 304, tag],
        [{ ...gzip, 'if-none-match': '"v1"' }, 200, tag],
        [{ 'accept-encoding': 'identity', 'if-none-match': tag }, 200, '"v1"'],
        [{ 'accept-encoding': 'identity', 'if-none-match': '"v1"' }, 304, '"v1"'],
        [{ 'if-none-match': '"v1"' }, 304, '"v1"'],
      ];
      for (const [headers, status, etag] of rows) {
        const answer = await ask(app, headers);
        expect([answer.status, answer.headers['etag'], answer.headers['vary']]).toEqual([
          status,
          etag,
          'Accept-Encoding',
        ]);
        expect(answer.size > 0).toBe(status === 200);
      }
    });

    test('a client that has a coding from before need not wait until it is made again', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await ask(app);
      const { bytes } = app.cache.stats().memory;
      const answer = await ask(app, { 'accept-encoding': 'br', 'if-none-match': '"v1-br"' });
      expect([answer.status, answer.headers['etag']]).toEqual([304, '"v1-br"']);
      expect(app.cache.stats().memory.bytes).toBe(bytes);
    });

    test('a tag that the cache made gets the suffix too', async () => {
      const headers = { 'Content-Type': 'text/plain' };
      const app = await startOne(host, RULE, () => ({ headers, body: LONG }));
      const plain = (await ask(app)).headers['etag']!;
      const coded = (await ask(app, { 'accept-encoding': 'br' })).headers['etag'];
      expect(coded).toBe(plain.replace(/"$/, '-br"'));
    });
  });
}
