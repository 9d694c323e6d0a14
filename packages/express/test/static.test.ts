import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m' } as const;

describe.each(VERSIONS)('%s: express.static behind app.use', (_name, express) => {
  const folder = fileURLToPath(new URL('.', import.meta.url));

  test('with a maxAge: stored, with its validators; ranges are cut from it', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, RULE));
      server.use('/files', express.static(folder, { maxAge: '1h' }));
    });
    const miss = await app.get('/files/host.ts');
    const hit = await app.get('/files/host.ts');
    expect([hit.cacheStatus, hit.body.equals(miss.body)]).toEqual(['hit; ttl=3600', true]);
    expect([hit.headers['etag'], hit.headers['last-modified']]).toEqual([
      miss.headers['etag'],
      miss.headers['last-modified'],
    ]);
    const validated = await app.get('/files/host.ts', { 'if-none-match': miss.headers['etag']! });
    expect([validated.status, validated.cacheStatus]).toEqual([304, 'hit; ttl=3600']);
    const part = await app.get('/files/host.ts', { range: 'bytes=0-5' });
    expect([part.status, part.text, part.cacheStatus]).toEqual([206, 'import', 'hit; ttl=3600']);
  });

  test('as it comes it says max-age=0, which is not stored', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, RULE), express.static(folder));
    });
    for (const _ of [1, 2])
      expect((await app.get('/host.ts')).cacheStatus).toBe('fwd=miss; detail=NO-LIFETIME');
  });

  test('a file larger than maxBodySize is served whole each time', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(
        responseCache(cache, { ...RULE, maxBodySize: 100 }),
        express.static(folder, { maxAge: '1h' }),
      );
    });
    const first = await app.get('/host.ts');
    const second = await app.get('/host.ts');
    expect(first.body.length).toBe(Number(first.headers['content-length']));
    expect(second.body.equals(first.body)).toBe(true);
    expect(app.cache.stats().notStored).toEqual({ 'TOO-LARGE': 2 });
  });
});
