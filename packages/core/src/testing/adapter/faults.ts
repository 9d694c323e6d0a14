import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type App, eventually, startApp } from './app.js';
import { requestText } from './client.js';
import { askAndLeave } from './crowd.js';
import type { TestHost, TestRoute } from './host.js';

const RULE = { ttl: '1m' } as const;

type Raw = NonNullable<TestRoute['raw']>;

const FULL = 'a full answer';

/** An application whose first run does this, and whose later runs answer in full. */
async function startFirst(
  host: TestHost,
  first: Raw,
  rule: TestRoute['rule'] = RULE,
): Promise<App & { readonly calls: () => number }> {
  let calls = 0;
  const raw: Raw = (req, res) => (++calls === 1 ? first(req, res) : void res.end(FULL));
  const app = await startApp(host, [{ path: '/', rule, raw }]);
  return { ...app, calls: () => calls };
}

/** Sends a request and gives what came until the connection was closed. */
const ask = (app: App, ...fields: readonly string[]): Promise<string> =>
  app.raw(requestText('/', `Host: 127.0.0.1:${app.port}`, 'Connection: close', ...fields));

/** F31, F37, F39: bodies that break off and handlers that misbehave. */
export function faultCases(host: TestHost): void {
  describe('a body that breaks off', () => {
    const LENGTH = { 'Content-Length': '20' };
    test.each<[string, Raw]>([
      ['is shorter than its Content-Length', (_req, res) => void res.writeHead(200, LENGTH).end('torn')],
      [
        'is shorter than its Content-Length, in parts',
        (_req, res) => void (res.writeHead(200, LENGTH), res.write('to'), res.write('rn'), res.end()),
      ],
      [
        'is longer than its Content-Length',
        (_req, res) => void res.writeHead(200, { 'Content-Length': '2' }).end('torn'),
      ],
      ['has no last chunk', (_req, res) => void res.write('torn', () => res.socket!.end())],
      ['is destroyed', (_req, res) => void (res.write('torn'), res.destroy())],
      ['is destroyed, then ended', (_req, res) => void (res.write('torn'), res.destroy(), res.end())],
      [
        'is destroyed, then ended with more',
        (_req, res) => void (res.write('to'), res.destroy(), res.end('rn')),
      ],
      ['is destroyed before it began, then sent', (_req, res) => void (res.destroy(), res.end('torn'))],
      [
        'is destroyed with an error, then ended',
        (_req, res) =>
          void (res.on('error', () => {}), res.write('torn'), res.destroy(new Error('x')), res.end()),
      ],
      [
        'has its socket destroyed, then ends',
        (_req, res) => void (res.write('torn'), res.socket!.destroy(), res.end()),
      ],
      [
        'ends when its socket has been closed',
        (_req, res) => void (res.on('close', () => res.end()), res.write('torn'), res.socket!.destroy()),
      ],
    ])('F37 %s: nothing is stored, and the next request gets all', async (_title, raw) => {
      const app = await startFirst(host, raw);
      await ask(app);
      await eventually(() => app.cache.stats().flights === 0);
      expect(app.cache.stats().stored).toBe(0);
      expect((await app.get('/')).text).toBe(FULL);
      const { text, cacheStatus } = await app.get('/');
      expect([text, cacheStatus]).toEqual([FULL, 'hit; ttl=60']);
      expect(app.calls()).toBe(2);
    });

    test.each<[string, (res: ServerResponse) => unknown]>([
      ['whole', (res) => res.end('full')],
      ['in parts', (res) => (res.write('fu'), res.end('ll'))],
    ])(
      'F31 an answer that its length proves complete is stored although its client left: %s',
      async (_t, send) => {
        const app = await startFirst(host, (_req, res) => {
          res.setHeader('Content-Length', '4');
          res.once('close', () => send(res));
        });
        const leave = askAndLeave(app);
        await eventually(() => app.calls() === 1);
        leave();
        await eventually(() => app.cache.stats().stored === 1);
        const { text, cacheStatus } = await app.get('/');
        expect([text, cacheStatus]).toEqual(['full', 'hit; ttl=60']);
      },
    );

    test('F31 an answer with another length than it says is not', async () => {
      const app = await startFirst(host, (_req, res) => {
        res.setHeader('Content-Length', '4');
        res.once('close', () => res.end('ful'));
      });
      const leave = askAndLeave(app);
      await eventually(() => app.calls() === 1);
      leave();
      await eventually(() => app.events.some(({ type }) => type === 'not-stored'));
      expect((await app.get('/')).text).toBe(FULL);
    });
  });

  describe('a handler that misbehaves', () => {
    /** The answer without what must differ: the time, and what the cache says of itself. */
    const plain = (text: string): string =>
      text.replace(/^(cache-status|date|etag|x-powered-by): .*\r\n/gim, '');

    const quiet = (res: ServerResponse): void => void res.on('error', () => {});
    const caught = (res: ServerResponse, work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        res.end(String((error as { code?: string }).code));
      }
    };
    test.each<[string, (res: ServerResponse, req: IncomingMessage) => unknown]>([
      ['ends twice', (res) => (quiet(res), res.end('once'), res.end('twice'))],
      ['writes after the end', (res) => (quiet(res), res.end('once'), res.write('late'))],
      ['ends in parts, twice', (res) => (quiet(res), res.write('on'), res.end('ce'), res.end('twice'))],
      [
        'writes the head twice',
        (res) => caught(res, () => (res.writeHead(201), res.writeHead(200).end('x'))),
      ],
      ['sets a field after the head', (res) => caught(res, () => (res.write('x'), res.setHeader('A', 'b')))],
      [
        'sets a field after flushHeaders',
        (res) => caught(res, () => (res.flushHeaders(), res.setHeader('A', 'b'))),
      ],
      ['writes what is no bytes', (res) => caught(res, () => res.write(5))],
      ['ends with what is no bytes', (res) => caught(res, () => res.end({} as never))],
      ['names a status that is none', (res) => caught(res, () => res.writeHead(42).end('x'))],
      ['sends an informational answer first', (res) => (res.writeProcessing(), res.end('then'))],
      ['sends a body with 204', (res) => res.writeHead(204).end('x')],
      [
        'sends trailers',
        (res) => (res.setHeader('Trailer', 'T'), res.write('x'), res.addTrailers({ T: '1' }), res.end()),
      ],
      ['takes the socket', (res) => res.socket!.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nmine')],
    ])('F39 %s: the client gets what it gets without the cache', async (_title, send) => {
      const raw: Raw = (req, res) => void send(res, req);
      const app = await startApp(host, [
        { path: '/with', rule: RULE, raw },
        { path: '/without', rule: { bypass: () => true }, raw },
      ]);
      const [got, expected] = await Promise.all(
        ['/with', '/without'].map((path) => app.raw(requestText(path, 'Connection: close'))),
      );
      expect(expected).not.toBe('');
      expect(plain(got!)).toBe(plain(expected!));
    });
  });
}
