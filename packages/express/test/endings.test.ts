import { once } from 'node:events';
import { eventually, gate } from '@shelflife/core/testing';
import type { RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m' } as const;

describe.each(VERSIONS)('%s: handlers that do not end well', (_name, express) => {
  const start = (handler: RequestHandler): ReturnType<typeof startExpress> =>
    startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ...RULE, waitLimit: '5s' }), handler);
    });

  test('one that never ends holds nobody longer than waitLimit', async () => {
    const handler = counting();
    let calls = 0;
    const app = await start((req, res, next) => (++calls === 1 ? undefined : handler(req, res, next)));
    const socket = app.connect();
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1:' + app.port + '\r\n\r\n');
    await eventually(() => calls === 1);
    const waiting = app.get('/');
    await eventually(() => app.clock.pending > 0);
    app.clock.advance(5000);
    expect(await waiting).toMatchObject({ text: 'run 1', cacheStatus: 'fwd=miss; detail=WAIT-LIMIT' });
    socket.destroy();
    await eventually(() => app.cache.stats().flights === 0);
    expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
  });

  test.each<[string, RequestHandler]>([
    ['before the head', (_req, res) => void res.destroy()],
    ['after the head', (_req, res) => void (res.write('half'), setImmediate(() => res.destroy()))],
    ['and ends it then', (_req, res) => void res.destroy().end('late')],
    ['with an error', (_req, res) => void res.destroy(new Error('gone'))],
    ['at the socket', (req) => void req.socket.destroy()],
  ])('one that destroys its response %s: nothing is stored, nobody waits', async (_when, handler) => {
    const app = await start(handler);
    await expect(app.get('/')).rejects.toThrow(/socket hang up|aborted|ECONNRESET/);
    await eventually(() => app.cache.stats().flights === 0);
    expect(app.cache.stats().stored).toBe(0);
  });

  test.each<[string, RequestHandler]>([
    ['ends twice', (_req, res) => void (res.on('error', () => {}), res.end('once'), res.end('twice'))],
    [
      'sends twice',
      (_req, res, next) => {
        res.send('once');
        try {
          res.send('twice');
        } catch (error) {
          next(error);
        }
      },
    ],
    ...[undefined, new Error('late')].map((error): [string, RequestHandler] => [
      `calls next(${String(error)}) after it answered`,
      (_req, res, next) => {
        res.send('once');
        next(error);
      },
    ]),
  ])('one that %s: the first answer is the stored one', async (_way, handler) => {
    const app = await start(handler);
    // Express destroys the socket for an error that comes after the answer: the client may see either.
    await app.get('/').catch(() => undefined);
    await eventually(() => app.cache.stats().stored === 1);
    expect(await app.get('/')).toMatchObject({ text: 'once', cacheStatus: 'hit; ttl=60' });
  });

  test('a body shorter than its Content-Length is not stored', async () => {
    const app = await start((_req, res) => {
      res.writeHead(200, { 'Content-Length': '100' });
      res.write('short');
      res.end();
    });
    const socket = app.connect();
    socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect(app.cache.stats()).toMatchObject({ stored: 0, notStored: { 'CONTENT-LENGTH': 1 }, flights: 0 });
  });

  test('a client that leaves does not keep the answer from those who wait', async () => {
    const slow = gate();
    let calls = 0;
    const app = await start(async (_req, res) => {
      const run = ++calls;
      await slow.opened;
      res.send(`run ${run}`);
    });
    const socket = app.connect();
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n\r\n`);
    await eventually(() => calls === 1);
    const waiting = app.get('/');
    await eventually(() => app.clock.pending > 0);
    socket.destroy();
    await eventually(() => calls === 2);
    slow.open();
    expect((await waiting).status).toBe(200);
  });
});
