import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { afterAll, describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

const folder = mkdtempSync(join(tmpdir(), 'shelflife-express-'));
const FILE = join(folder, 'file.txt');
/** Without it sendFile says `max-age=0`. */
const AGED = { maxAge: '1m' };
const BINARY = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
writeFileSync(FILE, 'a file '.repeat(10_000));
writeFileSync(join(folder, 'page.tiny'), '<h1>{{title}}</h1>');
afterAll(() => rmSync(folder, { recursive: true }));

/** Fields that may differ between an answer and its hit. */
const MAY_DIFFER = new Set([
  'age',
  'cache-status',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'etag',
  'content-length',
]);

function comparable(headers: Readonly<Record<string, string>>): unknown {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !MAY_DIFFER.has(name)));
}

const WAYS: readonly [way: string, handler: RequestHandler, status?: number][] = [
  ['send a text', (_req, res) => void res.send('héllo ☃')],
  ['send a buffer', (_req, res) => void res.type('png').send(BINARY)],
  ['send an object', (_req, res) => void res.send({ a: [1, 'ü'] })],
  ['json', (_req, res) => void res.json({ b: null })],
  ['json of null', (_req, res) => void res.json(null)],
  ['json with a status', (_req, res) => void res.status(203).json([1]), 203],
  ['end', (_req, res) => void res.type('txt').end('the end')],
  ['end with an encoding', (_req, res) => void res.end('00ff', 'hex')],
  ['write and end', (_req, res) => void (res.write('one '), res.write('two'), res.end())],
  ['writeHead', (_req, res) => void res.writeHead(200, { 'X-Head': 'kept' }).end('head')],
  ['pipe', (_req, res) => void Readable.from(['piped ', BINARY]).pipe(res)],
  ['pipeline', async (_req, res) => await pipeline(Readable.from(['piped ', 'too']), res)],
  ['sendFile', (_req, res) => res.sendFile(FILE, AGED)],
  ['download', (_req, res) => res.download(FILE, 'other name.txt', AGED)],
  ['a permanent redirect', (_req, res) => res.redirect(301, '/there?a=1'), 301],
  ['sendStatus', (_req, res) => res.sendStatus(200)],
  ['jsonp', (_req, res) => res.jsonp({ a: '\u2028' })],
  ['render', (_req, res) => res.render('page', { title: 'Hello' })],
  [
    'format',
    (_req, res) => void res.format({ text: () => void res.send('text'), json: () => void res.json({}) }),
  ],
  [
    'links, type, vary and append',
    (_req, res) => {
      res.links({ next: '/2' }).append('Link', '</3>; rel="last"').type('html').vary('Accept').send('<p>');
    },
  ],
];

describe.each(VERSIONS)('%s: a hit is what the handler sent', (_name, express) => {
  test.each(WAYS)('with %s', async (_way, handler, status = 200) => {
    let calls = 0;
    const app = await startExpress(express, (server, cache) => {
      server.engine('tiny', (path, options, done) => {
        done(null, `<!-- ${path.length > 0} --><h1>${(options as { title: string }).title}</h1>`);
      });
      server.set('views', folder).set('view engine', 'tiny');
      server.get('/', responseCache(cache, { ttl: '1m' }), (req, res, next) => {
        calls++;
        return handler(req, res, next);
      });
    });
    const miss = await app.get('/?callback=show');
    expect([miss.status, miss.cacheStatus]).toEqual([status, 'fwd=miss; stored']);
    expect(miss.body.length).toBeGreaterThan(0);
    const hit = await app.get('/?callback=show');
    expect([hit.status, hit.body, calls]).toEqual([status, miss.body, 1]);
    expect(hit.cacheStatus).toMatch(/^hit; ttl=\d+$/);
    expect(comparable(hit.headers)).toEqual(comparable(miss.headers));
    expect(hit.headers['content-length']).toBe(String(miss.body.length));
    // Express makes an ETag for send(), the cache for any other 200; that of a streamed answer comes with the hit.
    const [before, now] = [miss.headers['etag'], hit.headers['etag']];
    expect(now).toBe(before ?? now);
    expect(now !== undefined).toBe(before !== undefined || status === 200);
  });

  test.each(WAYS)('HEAD after GET with %s', async (_way, handler, status = 200) => {
    const app = await startExpress(express, (server, cache) => {
      server.engine('tiny', (_path, options, done) => done(null, (options as { title: string }).title));
      server.set('views', folder).set('view engine', 'tiny');
      server.get('/', responseCache(cache, { ttl: '1m' }), handler);
    });
    const get = await app.get('/');
    const head = await app.send('HEAD', '/');
    expect([head.status, head.body.length, head.cacheStatus.slice(0, 3)]).toEqual([status, 0, 'hit']);
    expect(head.headers['content-length']).toBe(String(get.body.length));
  });

  test.each<[string, RequestHandler, string]>([
    ['a redirect for now', (_req, res) => res.redirect('/there'), 'NO-LIFETIME'],
    ['sendStatus 204', (_req, res) => res.sendStatus(204), 'NO-LIFETIME'],
    ['sendStatus 404', (_req, res) => res.sendStatus(404), 'NO-LIFETIME'],
    ['a cookie', (_req, res) => void res.cookie('a', '1').send('hello'), 'SET-COOKIE'],
    ['clearCookie', (_req, res) => void res.clearCookie('a').send('hello'), 'SET-COOKIE'],
    ['no-store', (_req, res) => void res.set('Cache-Control', 'no-store').send('mine'), 'NO-STORE'],
    ['an empty body', (_req, res) => void res.send(''), 'EMPTY-BODY'],
    [
      'server-sent events',
      (_req, res) => void res.type('text/event-stream').end('data: 1\n\n'),
      'EVENT-STREAM',
    ],
    ['a body over the limit', (_req, res) => void res.send('x'.repeat(2001)), 'TOO-LARGE'],
  ])('but not stored with %s', async (_way, handler, reason) => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '1m', maxBodySize: 2000 }), handler);
    });
    expect((await app.get('/')).cacheStatus).toBe(`fwd=miss; detail=${reason}`);
    expect((await app.get('/')).cacheStatus).toBe(`fwd=miss; detail=${reason}`);
    expect(app.cache.stats().stored).toBe(0);
  });

  test('sendFile is asked for the whole, ranges are cut from what is stored', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '1m' }), (_req, res) => res.sendFile(FILE, AGED));
    });
    const first = await app.get('/', { range: 'bytes=0-5' });
    expect([first.status, first.body.length, first.cacheStatus]).toEqual([200, 70_000, 'fwd=miss; stored']);
    const part = await app.get('/', { range: 'bytes=2-5' });
    expect([part.status, part.text, part.headers['accept-ranges']]).toEqual([206, 'file', 'bytes']);
    expect(part.cacheStatus).toMatch(/^hit/);
    expect((await app.get('/')).body.length).toBe(70_000);
  });

  test('conditional requests are answered with 304 from what sendFile said', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '1m' }), (_req, res) => res.sendFile(FILE, AGED));
    });
    const { headers } = await app.get('/');
    const byTag = await app.get('/', { 'if-none-match': headers['etag']! });
    const byDate = await app.get('/', { 'if-modified-since': headers['last-modified']! });
    expect([byTag.status, byDate.status, byTag.body.length]).toEqual([304, 304, 0]);
    expect([byTag.cacheStatus, byDate.cacheStatus]).toEqual(['hit; ttl=60', 'hit; ttl=60']);
  });

  test('sendFile says max-age=0 when it is told nothing; overrideLifetime stores it nevertheless', async () => {
    const app = await startExpress(express, (server, cache) => {
      const send: RequestHandler = (_req, res) => res.sendFile(FILE);
      server.get('/own', responseCache(cache, { ttl: '1m' }), send);
      server.get('/rule', responseCache(cache, { ttl: '1m', overrideLifetime: true }), send);
    });
    expect((await app.get('/own')).cacheStatus).toBe('fwd=miss; detail=NO-LIFETIME');
    expect((await app.get('/rule')).cacheStatus).toBe('fwd=miss; stored');
    expect((await app.get('/rule')).headers['cache-control']).toBe('public, max-age=0');
  });
});
