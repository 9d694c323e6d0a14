import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Site, startSite } from '../testing/fetching-site.js';

const sites: Site[] = [];
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
});

async function start(...args: Parameters<typeof startSite>): Promise<Site> {
  const site = await startSite(...args);
  sites.push(site);
  return site;
}

const MISS = 'shelflife; fwd=miss; stored';
const HIT = expect.stringMatching(/^shelflife; hit; ttl=3(?:59\d|600)(?:; collapsed)?$/);

describe('over a real connection', () => {
  test('a hit is what the server said: status, text, fields, bytes, URL; and so is its clone', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    const { origin, fetch } = await start((_req, res) => {
      res.writeHead(200, 'Fine', { 'Content-Type': 'image/png', 'X-A': ['1', '2'] }).end(bytes);
    });
    const url = `${origin}/a%20b?x=1`;
    const [miss, hit] = [await fetch(`${url}#f`), await fetch(url)];
    for (const response of [miss, miss.clone(), hit.clone().clone(), hit]) {
      const { status, statusText, ok, type, redirected } = response;
      expect([response.url, status, statusText, ok, type, redirected]).toEqual([
        url,
        200,
        'Fine',
        true,
        'basic',
        false,
      ]);
      expect([response.headers.get('content-type'), response.headers.get('x-a')]).toEqual([
        'image/png',
        '1, 2',
      ]);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    }
    expect(hit.headers.get('cache-status')).toEqual(HIT);
  });

  test('whoever changes the bytes of his answer changes nothing for others', async () => {
    const { origin, fetch } = await start((_req, res) => res.end('abc'));
    for (const _ of [1, 2, 3]) {
      const response = await fetch(origin);
      const { value } = (await response.body!.getReader().read()) as { readonly value: Uint8Array };
      expect(Buffer.from(value).toString()).toBe('abc');
      value.fill(0);
    }
  });

  test('what came compressed is stored as it was read, and does not claim to be compressed', async () => {
    const text = 'text '.repeat(1000);
    const { origin, fetch } = await start((_req, res) => {
      res.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': gzipSync(text).byteLength });
      res.end(gzipSync(text));
    });
    for (const isHit of [false, true]) {
      const response = await fetch(origin);
      expect(await response.text()).toBe(text);
      expect(response.headers.get('content-encoding')).toBe(isHit ? null : 'gzip');
    }
  });

  test('validation sends conditions and nothing that caches on the way would obey', async () => {
    const { origin, fetch, seen } = await start((req, res) => {
      res.writeHead(req.headers['if-none-match'] === '"a"' ? 304 : 200, {
        ETag: '"a"',
        'Cache-Control': 'no-cache',
      });
      res.end(req.headers['if-none-match'] === '"a"' ? undefined : 'body');
    });
    await (await fetch(origin)).text();
    const second = await fetch(origin);
    expect([second.status, await second.text()]).toEqual([200, 'body']);
    expect(second.headers.get('cache-status')).toBe('shelflife; fwd=stale; fwd-status=304; stored');
    expect(seen[1]!.headers['cache-control']).toBeUndefined();
  });

  test('what was reached by a redirect is not stored, under neither URL', async () => {
    const { origin, fetch, seen, said } = await start((req, res) => {
      if (req.url === '/old') res.writeHead(301, { Location: '/new', 'Cache-Control': 'max-age=600' });
      res.end(req.url);
    });
    for (const _ of [1, 2]) {
      const response = await fetch(`${origin}/old`);
      expect([response.url, response.redirected, await response.text()]).toEqual([
        `${origin}/new`,
        true,
        '/new',
      ]);
      expect(response.headers.get('cache-status')).toBe('shelflife; fwd=miss; detail=STATUS');
    }
    expect(seen.length).toBe(4);
    expect(await said('/new')).toBe(MISS);
    const manual = await fetch(`${origin}/old`, { redirect: 'manual' });
    expect([manual.status, manual.headers.get('location')]).toEqual([301, '/new']);
    expect((await fetch(`${origin}/old`, { redirect: 'manual' })).status).toBe(301);
    expect(seen.length).toBe(6);
  });

  test.each([204, 205])('%i has no body', async (status) => {
    const { origin, fetch } = await start((_req, res) =>
      res.writeHead(status, { 'Cache-Control': 'max-age=60' }).end(),
    );
    for (const said of [MISS, 'shelflife; hit; ttl=']) {
      const response = await fetch(origin);
      expect([response.status, response.body, response.headers.get('cache-status')]).toEqual([
        status,
        null,
        expect.stringContaining(said),
      ]);
    }
  });

  test('a status that is none is handed on as fetch does, and nobody waits for it', async () => {
    const { origin, fetch } = await start((_req, res) => res.writeHead(999).end('no'));
    for (const response of await Promise.all([
      fetch(origin),
      fetch(origin),
      fetch(origin, { cache: 'no-store' }),
    ]))
      expect([response.status, await response.text()]).toEqual([999, 'no']);
  });

  test('a server that is not there is an error, and stale answers stand in', async () => {
    const site = await start((_req, res) => res.setHeader('Cache-Control', 'max-age=0').end('old'), {
      staleIfError: '1h',
    });
    await site.said('/');
    await site.close();
    const response = await site.fetch(`${site.origin}/`);
    expect([await response.text(), response.headers.get('cache-status')]).toEqual([
      'old',
      'shelflife; fwd=stale; detail=STALE-IF-ERROR',
    ]);
    await expect(site.fetch(`${site.origin}/other`)).rejects.toThrow('fetch failed');
  });
});
