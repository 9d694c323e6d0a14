import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import { ask, COMPRESS as RULE, LONG, noise, PAGE } from './coded-client.js';
import type { TestAnswer, TestHost } from './host.js';

/** Which answers the cache codes (rule option `compress`), and what becomes of the others. */
export function compressedAnswerCases(host: TestHost): void {
  describe('compress: answers', () => {
    test('HEAD says what GET says', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await ask(app);
      const headers = { 'accept-encoding': 'gzip' };
      const [head, whole] = [await ask(app, headers, 'HEAD'), await ask(app, headers)];
      expect([head.status, head.size, head.coding]).toEqual([200, 0, 'gzip']);
      for (const name of ['content-length', 'etag', 'vary', 'content-type'])
        expect(head.headers[name]).toBe(whole.headers[name]);
    });

    test('parts are those of the plain body', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await ask(app);
      await ask(app, { 'accept-encoding': 'gzip' });
      const part = await ask(app, { 'accept-encoding': 'gzip', range: 'bytes=0-3', 'if-range': '"v1"' });
      expect([part.status, part.text, part.coding, part.headers['etag']]).toEqual([
        206,
        'long',
        undefined,
        '"v1"',
      ]);
      const other = await ask(app, {
        'accept-encoding': 'gzip',
        range: 'bytes=0-3',
        'if-range': '"v1-gzip"',
      });
      expect([other.status, other.text === LONG]).toEqual([200, true]);
      const refused = await ask(app, { 'accept-encoding': 'gzip, identity;q=0', range: 'bytes=0-3' });
      expect([refused.status, refused.coding, refused.text === LONG]).toEqual([200, 'gzip', true]);
    });

    test.each<[string, TestAnswer]>([
      ['is small', { ...PAGE, body: 'x'.repeat(1023) }],
      ['is of a type that is compressed already', { ...PAGE, headers: { 'Content-Type': 'image/png' } }],
      ['says no-transform', { ...PAGE, headers: { ...PAGE.headers, 'Cache-Control': 'no-transform' } }],
    ])('an answer that %s is not coded', async (_what, answer) => {
      const app = await startOne(host, RULE, () => answer);
      for (const _ of [1, 2]) {
        const { coding, status } = await ask(app, { 'accept-encoding': 'gzip, br' });
        expect([status, coding]).toEqual([200, undefined]);
      }
      expect(app.calls()).toBe(1);
    });

    test('nor is what would not get smaller', async () => {
      const app = await startOne(host, RULE, () => ({ ...PAGE, body: noise(4000, 256) }));
      await ask(app);
      expect((await ask(app, { 'accept-encoding': 'gzip' })).coding).toBeUndefined();
    });

    test('what the handler coded itself stays as it is', async () => {
      const body = gzipSync(LONG);
      const headers = { ...PAGE.headers, 'Content-Encoding': 'gzip' };
      const app = await startOne(host, RULE, () => ({ headers, body }));
      for (const _ of [1, 2]) {
        const answer = await ask(app, { 'accept-encoding': 'gzip, br' });
        expect([answer.coding, answer.size, answer.headers['etag']]).toEqual(['gzip', body.length, '"v1"']);
      }
      expect(app.calls()).toBe(1);
    });

    test('Vary of the handler stays, and splits by its own names only', async () => {
      const headers = { ...PAGE.headers, Vary: 'Accept-Language, Accept-Encoding' };
      const app = await startOne(host, RULE, () => ({ ...PAGE, headers }));
      for (const coding of ['gzip', 'br', 'identity']) {
        const { headers: sent } = await ask(app, { 'accept-encoding': coding });
        expect(sent['vary']).toBe('Accept-Language, Accept-Encoding');
      }
      expect(app.calls()).toBe(1);
    });

    test('digests of the plain body do not go with a coding', async () => {
      const headers = {
        ...PAGE.headers,
        'Repr-Digest': 'x',
        'Content-Digest': 'x',
        'Accept-Ranges': 'bytes',
      };
      const app = await startOne(host, RULE, () => ({ ...PAGE, headers }));
      await ask(app);
      const { headers: sent } = await ask(app, { 'accept-encoding': 'gzip' });
      for (const name of ['repr-digest', 'content-digest', 'accept-ranges'])
        expect(sent).not.toHaveProperty(name);
    });

    test('a streamed answer is coded from its first hit on', async () => {
      const app = await startOne(host, RULE, () => ({
        ...PAGE,
        body: (async function* parts() {
          yield LONG.slice(0, 100);
          yield LONG.slice(100);
        })(),
      }));
      const answers = [];
      for (const _ of [1, 2]) answers.push(await ask(app, { 'accept-encoding': 'gzip' }));
      expect(answers.map(({ coding, text }) => [coding, text === LONG])).toEqual([
        [undefined, true],
        ['gzip', true],
      ]);
    });

    test('a response that goes stale and is validated keeps its codings', async () => {
      const rule = { ...RULE, validators: () => ({ etag: '"v1"' }) };
      const app = await startOne(host, rule, () => PAGE);
      await ask(app);
      await ask(app, { 'accept-encoding': 'gzip' });
      const { bytes } = app.cache.stats().memory;
      app.clock.advance(90_000);
      const again = await ask(app, { 'accept-encoding': 'gzip' });
      expect([again.coding, again.headers['age'], app.calls()]).toEqual(['gzip', '0', 1]);
      expect(app.cache.stats().memory.bytes).toBe(bytes);
      app.clock.advance(90_000);
      // Its tag is that of the coding, and the rule tells that of the plain answer.
      const same = await ask(app, { 'accept-encoding': 'gzip', 'if-none-match': '"v1-gzip"' });
      expect([same.status, same.headers['etag'], app.calls()]).toEqual([304, '"v1-gzip"', 1]);
    });

    test('validators answer for a coding of what is not stored', async () => {
      const rule = { ...RULE, validators: () => ({ etag: '"v1"' }) };
      const app = await startOne(host, rule, () => PAGE);
      const headers = { 'accept-encoding': 'gzip', 'if-none-match': '"v1-gzip"' };
      expect(await ask(app, headers)).toMatchObject({ status: 304, headers: { etag: '"v1-gzip"' } });
      expect((await ask(app, { ...headers, 'accept-encoding': 'identity' })).status).toBe(200);
    });
  });

  describe('without compress', () => {
    test('nothing is coded and the handler sees Accept-Encoding', async () => {
      const app = await startOne(host, { ttl: '1m' }, (_run, { headers }) => ({
        ...PAGE,
        headers: { ...PAGE.headers, 'X-Seen': String(headers['accept-encoding']) },
      }));
      for (const _ of [1, 2]) {
        const { coding, headers } = await ask(app, { 'accept-encoding': 'gzip' });
        expect([coding, headers['x-seen'], headers['vary']]).toEqual([undefined, 'gzip', undefined]);
      }
    });
  });
}
