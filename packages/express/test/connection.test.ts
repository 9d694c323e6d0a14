import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

describe.each(VERSIONS)('%s: one connection', (_name, express) => {
  test('pipelined requests are answered in order, misses and hits mixed', async () => {
    const app = await startExpress(express, (server, cache) => {
      const cached = responseCache(cache, { ttl: '1m' });
      server.get('/slow', cached, (_req, res) => void setImmediate(() => res.send('<slow>')));
      server.get('/fast', cached, (_req, res) => void res.send('<fast>'));
      server.get('/parts', cached, (_req, res) => {
        res.write('<par');
        setImmediate(() => res.end('ts>'));
      });
    });
    await app.get('/fast');
    const paths = ['/slow', '/fast', '/parts', '/slow', '/fast', '/parts', '/slow'];
    const requests = paths.map((path, at) => {
      const connection = at === paths.length - 1 ? 'close' : 'keep-alive';
      return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nConnection: ${connection}\r\n\r\n`;
    });
    const text = await app.raw(requests.join(''));
    const bodies = text.replaceAll(/\r\n[0-9a-f]+\r\n|\r\n/g, '').match(/<\w+>/g);
    expect(bodies).toEqual(['<slow>', '<fast>', '<parts>', '<slow>', '<fast>', '<parts>', '<slow>']);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(paths.length);
    expect(app.cache.stats()).toMatchObject({ stored: 3, hits: 5 });
  });

  test('a keep-alive connection stays open after hits, HEAD and 304', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get(
        '/',
        responseCache(cache, { ttl: '1m' }),
        (_req, res) => void res.set('ETag', '"v1"').send('body'),
      );
    });
    const of = (method: string, fields = ''): string =>
      `${method} / HTTP/1.1\r\nHost: a.example\r\n${fields}\r\n`;
    const text = await app.raw(
      of('GET') +
        of('HEAD') +
        of('GET', 'If-None-Match: "v1"\r\n') +
        of('GET') +
        of('GET', 'Connection: close\r\n'),
    );
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(
      [200, 200, 304, 200, 200].map((status) => `HTTP/1.1 ${status}`),
    );
    expect(text.match(/body/g)).toHaveLength(3);
  });
});
