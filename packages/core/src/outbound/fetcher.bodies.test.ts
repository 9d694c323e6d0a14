import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
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

const textOf = ({ value }: { readonly value?: Uint8Array | undefined }): string =>
  Buffer.from(value ?? []).toString();

describe('a body', () => {
  test('reaches its caller as it comes, and is stored when it is complete', async () => {
    const { origin, fetch, said } = await start((_req, res, run) => {
      res.write('first ');
      res.once('second', () => res.end('second'));
      ends.push(() => res.emit('second'));
      if (run > 1) res.end();
    });
    const ends: (() => void)[] = [];
    const reader = (await fetch(origin)).body!.getReader();
    expect(textOf(await reader.read())).toBe('first ');
    ends[0]!();
    expect(textOf(await reader.read())).toBe('second');
    expect((await reader.read()).done).toBe(true);
    expect(await said('/')).toEqual(HIT);
  });

  test('that nobody reads is stored all the same', async () => {
    const { origin, fetch, said } = await start((_req, res) => res.end(Buffer.alloc(500_000)));
    await fetch(origin);
    await expect.poll(() => said('/')).toEqual(HIT);
  });

  test('larger than the limit is passed on whole, as it is read', async () => {
    const site = await start((_req, res) => res.end(Buffer.alloc(3_000_000, 1)), {
      ttl: '1h',
      maxBodySize: '64kb',
    });
    const chunked = await start(
      (_req, res) => {
        for (let part = 0; part < 30; part++) res.write(Buffer.alloc(100_000, 1));
        res.end();
      },
      { ttl: '1h', maxBodySize: '64kb' },
    );
    for (const { fetch, origin } of [site, chunked]) {
      const response = await fetch(origin);
      const body = Buffer.from(await response.arrayBuffer());
      expect(body.equals(Buffer.alloc(3_000_000, 1))).toBe(true);
    }
    expect(await site.said('/')).toBe('shelflife; fwd=miss; detail=TOO-LARGE');
    expect(chunked.seen.length).toBe(1);
    await chunked.said('/');
    expect(chunked.seen.length).toBe(2);
  });

  test('beyond the limit waits for its caller', async () => {
    let sent = 0;
    const { origin, fetch } = await start(
      (_req, res) => {
        const more = (): void => {
          while (!res.destroyed && res.write(Buffer.alloc(64_000))) sent++;
          res.once('drain', more);
        };
        more();
      },
      { ttl: '1h', maxBodySize: '64kb' },
    );
    const response = await fetch(origin);
    await response.body!.getReader().read();
    await expect
      .poll(async () => {
        const before = sent;
        await new Promise((resolve) => void setTimeout(resolve, 100));
        return sent - before;
      })
      .toBe(0);
    expect(sent * 64_000).toBeLessThan(50_000_000);
  });

  test('that breaks off is an error, and is not stored', async () => {
    const { origin, fetch, said } = await start((_req, res, run) => {
      if (run > 1) return void res.end('whole');
      res.writeHead(200, { 'Content-Length': 10 }).write('half');
      setImmediate(() => res.destroy());
    });
    await expect(fetch(origin).then((response) => response.text())).rejects.toThrow('terminated');
    expect(await said('/')).toBe(MISS);
  });

  test.each([
    ['cancel', 'default'],
    ['abort', 'default'],
    ['cancel', 'no-store'],
    ['abort', 'no-store'],
  ] as const)('whose caller leaves (%s, %s) ends the request, when nobody else waits', async (how, cache) => {
    const closed: Promise<unknown>[] = [];
    const { origin, fetch } = await start((_req, res) => {
      closed.push(once(res, 'close'));
      res.write('endless');
    });
    const abort = new AbortController();
    const response = await fetch(origin, { signal: abort.signal, cache });
    const leave = { cancel: () => response.body!.cancel(), abort: () => abort.abort() };
    await leave[how]();
    const error = await response.text().catch(({ name }: Error) => name);
    expect(error).toBe(how === 'abort' ? 'AbortError' : 'TypeError');
    await closed[0];
  });

  test('whose caller leaves comes whole for those who wait', async () => {
    const parts: ServerResponse[] = [];
    const { origin, fetch, seen } = await start((_req, res) => void (parts.push(res), res.write('one ')));
    const first = await fetch(origin);
    const second = fetch(origin);
    await new Promise((resolve) => void setImmediate(resolve));
    await first.body!.cancel();
    parts[0]!.end('two');
    expect(await (await second).text()).toBe('one two');
    expect(seen.length).toBe(1);
  });

  test('without an end is passed on, as it comes', async () => {
    const { origin, fetch } = await start((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    });
    for (const _ of [1, 2]) {
      const response = await fetch(origin);
      expect(response.headers.get('cache-status')).toBe('shelflife; fwd=miss; detail=EVENT-STREAM');
      expect((await response.body!.getReader().read()).done).toBe(false);
    }
  });
});
