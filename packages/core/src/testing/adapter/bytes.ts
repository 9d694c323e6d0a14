import { describe, expect, test } from 'vitest';
import type { FieldLines } from '../../http/message.js';
import { startApp, startOne } from './app.js';
import type { TestResponse } from './client.js';
import type { TestAnswer, TestHost, TestRoute } from './host.js';

const RULE = { ttl: '1m' } as const;

/** What HTTP itself makes differ between an answer and its hit: the connection's fields, framing, Age, Cache-Status. */
const MAY_DIFFER = /^(age|cache-status|connection|keep-alive|transfer-encoding|content-length|etag|date)$/i;

/** Fields that must be the same, in order. */
function comparable(lines: FieldLines): string[] {
  return lines.flatMap((name, at) =>
    at % 2 === 0 && !MAY_DIFFER.test(name) ? [`${name}: ${lines[at + 1]}`] : [],
  );
}

/** A hit repeats status, fields with their order and letter case, and body (design.md, invariant 4). */
function expectSame(hit: TestResponse, miss: TestResponse): void {
  expect(hit.cacheStatus).toMatch(/^hit/);
  expect(hit.status).toBe(miss.status);
  expect(comparable(hit.lines)).toEqual(comparable(miss.lines));
  expect(hit.body.equals(miss.body)).toBe(true);
  expect(hit.headers['date']).toBe(miss.headers['date']);
}

async function* parts(...chunks: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* chunks;
}

/** F40: a hit is byte-identical to the answer that filled the cache. */
export function bytesCases(host: TestHost): void {
  describe('a hit is byte-identical', () => {
    const BINARY = Uint8Array.from({ length: 256 }, (_, at) => at);
    test.each<[string, () => TestAnswer]>([
      ['a text', () => ({ body: 'hello', headers: { 'content-type': 'text/plain' } })],
      [
        'a text beyond ASCII',
        () => ({ body: 'Ünïcode ☃ 💚', headers: { 'content-type': 'text/plain; charset=utf-8' } }),
      ],
      ['every byte there is', () => ({ body: BINARY, headers: { 'content-type': 'image/png' } })],
      ['another status', () => ({ status: 203, body: 'other' })],
      [
        'fields with several values',
        () => ({ body: 'x', headers: { Link: ['<a>', '<b>', '<c>'], 'X-Case-Kept': '1' } }),
      ],
      ['a field value in Latin-1', () => ({ body: BINARY, headers: { 'X-Name': 'Andr\u00e9' } })],
      ['a redirect', () => ({ status: 301, headers: { location: '/there' } })],
      ['parts', () => ({ body: parts('one, ', Buffer.from('two, '), 'three') })],
      ['parts of binary', () => ({ body: parts(BINARY.subarray(0, 100), BINARY.subarray(100)) })],
      ['100,000 tiny parts', () => ({ body: parts(...Array.from({ length: 100_000 }, () => 'ab')) })],
      [
        'an empty body with a lifetime of its own',
        () => ({ body: '', headers: { 'cache-control': 'max-age=60' } }),
      ],
    ])('%s', async (_title, answer) => {
      const app = await startOne(host, RULE, answer);
      const miss = await app.get('/');
      expect(miss.cacheStatus).toBe('fwd=miss; stored');
      expectSame(await app.get('/'), miss);
      expectSame(await app.get('/'), miss);
      expect(app.calls()).toBe(1);
    });

    const raw = (
      title: string,
      handler: TestRoute['raw'],
      body: string | Buffer,
    ): readonly [string, TestRoute['raw'], Buffer] => [title, handler, Buffer.from(body)] as const;
    test.each([
      raw(
        'write with an encoding',
        (_req, res) => void (res.write('00ff10', 'hex'), res.end('6f6b', 'hex')),
        Buffer.from('00ff106f6b', 'hex'),
      ),
      raw(
        'end in Latin-1',
        (_req, res) => void res.end('caf\u00e9', 'latin1'),
        Buffer.from('caf\u00e9', 'latin1'),
      ),
      raw(
        'callbacks in place of encodings',
        (_req, res) => void res.write('a', () => res.end('b', () => {})),
        'ab',
      ),
      raw(
        'strings, buffers and empty chunks mixed',
        (_req, res) =>
          void (res.write(''),
          res.write('a'),
          res.write(Buffer.from('b')),
          res.write(new Uint8Array(0)),
          res.end()),
        'ab',
      ),
      raw(
        'writeHead with a flat list',
        (_req, res) => void res.writeHead(200, ['X-A', '1', 'X-B', '2', 'X-A', '3']).end('list'),
        'list',
      ),
      raw(
        'writeHead with a reason',
        (_req, res) => void res.writeHead(200, 'Fine', { 'X-A': '1' }).end('head'),
        'head',
      ),
      raw('flushHeaders first', (_req, res) => void (res.flushHeaders(), res.end('flushed')), 'flushed'),
      raw(
        'end twice',
        (_req, res) => void (res.on('error', () => {}), res.end('once'), res.end('twice')),
        'once',
      ),
      raw(
        'write after end',
        (_req, res) => void (res.on('error', () => {}), res.end('once'), res.write('late', () => {})),
        'once',
      ),
    ])('%s', async (_title, handler, body) => {
      const app = await startApp(host, [{ path: '/', rule: RULE, raw: handler! }]);
      const miss = await app.get('/');
      expect(miss.body.equals(body)).toBe(true);
      expectSame(await app.get('/'), miss);
    });

    test('what a handler does to its buffer afterwards does not change the stored body', async () => {
      const buffer = Buffer.from('before');
      const app = await startOne(host, RULE, () => ({ body: buffer }));
      await app.get('/');
      buffer.fill('x');
      expect((await app.get('/')).text).toBe('before');
    });
  });
}
