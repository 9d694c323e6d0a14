import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cache } from '../cache.js';
import { createQueries } from '../data/queries.js';
import type { DataRule } from '../data/rule.js';
import type { Schema } from '../data/schema.js';
import { defineSource, type Source } from '../data/source.js';
import type { SourceOptions } from '../data/source-options.js';
import { fileQueue } from '../data/write-behind/file-queue.js';
import { gate } from './adapter/app.js';
import { arrives, type DataCase, isKept } from './data-case.js';

/** A source of the rows 1 and 2, and what it has done to its origin. */
interface Rows {
  readonly source: Source<string, string>;
  readonly table: Map<string, string>;
  readonly loads: () => number;
  readonly writes: readonly string[];
}

function openRows(
  cache: Cache,
  given: Pick<SourceOptions<string, string>, 'filter' | 'writeBehind'> = {},
): Rows {
  const table = new Map([
    ['1', 'a'],
    ['2', 'b'],
  ]);
  const writes: string[] = [];
  let loads = 0;
  const load = (id: string): string | undefined => (loads++, table.get(id));
  const source = defineSource<string, string>(cache, {
    key: (id) => ['row', id],
    load,
    loadMany: (ids) => ids.map(load),
    store(id, value) {
      writes.push(`${id}=${value}`);
      table.set(id, value);
    },
    delete: (id) => table.delete(id),
    tags: (value) => [`is:${value}`],
    ...given,
  });
  return { source, table, loads: () => loads, writes };
}

const down = (): never => {
  throw new Error('down');
};

/** A value that is there, as old as an invalidation that keeps it. */
async function old(cache: Cache, key: string, rule: DataRule<string>): Promise<void> {
  await cache.wrap(key, () => 'old', rule);
  await arrives(() => cache.get(key), 'old');
  await cache.invalidate({ keys: [key], mode: 'stale' });
}

const HAS_PRICE: Schema<{ price: number }> = {
  '~standard': {
    version: 1,
    validate: (value) => (typeof Object(value).price === 'number' ? {} : { issues: ['no price'] }),
  },
};

/** The patterns by their names, over any tier. */
export const PATTERN_CASES: readonly DataCase[] = [
  [
    'read-through and write-through: the newest is found, and by tag what was written past the source',
    async (start) => {
      const cache = await start();
      const { source, table, loads } = openRows(cache);
      await isKept(() => source.getMany(['1', '2']), loads);
      await source.set('1', 'c');
      expect([await source.get('1'), table.get('1')]).toEqual(['c', 'c']);
      await isKept(() => source.get('1'), loads);
      table.set('1', 'd');
      await cache.invalidate({ tags: ['is:c'] });
      expect(await source.getMany(['1', '2'])).toEqual(['d', 'b']);
      await source.delete('1');
      expect(await source.get('1')).toBeUndefined();
    },
  ],
  [
    'write-behind: what is pending is found at once, and applied once',
    async (start) => {
      const directory = await mkdtemp(join(tmpdir(), 'shelflife-queue-'));
      const writeBehind = { queue: fileQueue({ directory }), delay: '1h' } as const;
      const { source, writes, loads } = openRows(await start(), { writeBehind });
      try {
        await isKept(() => source.getMany(['1', '2']), loads);
        await source.set('1', 'c');
        await source.set('1', 'd');
        expect([await source.getMany(['1', '2']), writes]).toEqual([['d', 'b'], []]);
      } finally {
        await source.close();
        await rm(directory, { recursive: true });
      }
      expect([await source.get('1'), writes]).toEqual(['d', ['1=d']]);
    },
  ],
  [
    'penetration filter: what nobody has does not reach the origin, what is set is found',
    async (start) => {
      const filter = { ids: () => ['1', '2'], errorRate: 1e-6 };
      const { source, loads } = openRows(await start(), { filter });
      await source.rebuildFilter();
      expect([await source.getMany(['3', '4']), await source.get('3')]).toEqual([
        [undefined, undefined],
        undefined,
      ]);
      expect([loads(), await source.get('1'), loads()]).toEqual([0, 'a', 1]);
      await source.set('3', 'c');
      expect(await source.get('3')).toBe('c');
      await source.close();
    },
  ],
  [
    'query results: a write invalidates the row it changes and the lists, not other rows',
    async (start) => {
      const queries = createQueries(await start());
      const table = new Map([
        [7, 'a'],
        [8, 'b'],
      ]);
      let sent = 0;
      const byId = queries.wrap(
        'byId',
        (id: number) => (sent++, table.get(id)),
        (id) => ({ tables: ['t'], rows: [id] }),
      );
      const list = queries.wrap('list', () => (sent++, [...table.values()]), { tables: ['t'] });
      const ask = (): Promise<unknown> => Promise.all([byId(7), byId(8), list()]);
      await isKept(ask, () => sent);
      sent = 0;
      await queries.write(() => table.set(8, 'c'), { tables: ['t'], rows: [8] });
      expect([await ask(), sent]).toEqual([['a', 'c', ['a', 'c']], 2]);
      await isKept(ask, () => sent);
      sent = 0;
      await queries.changed('t');
      await ask();
      expect(sent).toBe(3);
    },
  ],
  [
    'stale-if-error: an old value stands in for a load that fails or is late; timeout.hard ends one without',
    async (start) => {
      const cache = await start();
      const rule = { staleIfError: '1h', timeout: { soft: '20ms' } } as const;
      for (const key of ['failing', 'late']) await old(cache, key, rule);
      expect(await cache.wrap('failing', down, rule)).toBe('old');
      const { opened, open } = gate();
      expect(await cache.wrap('late', async () => (await opened, 'new'), rule)).toBe('old');
      open();
      await arrives(() => cache.get('late'), 'new');
      await expect(cache.wrap('none', down, rule)).rejects.toThrow('down');
      const hung = cache.wrap('none', ({ signal }) => once(signal, 'abort'), { timeout: { hard: '20ms' } });
      await expect(hung).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    },
  ],
  [
    'stale-while-revalidate and refresh-ahead: the old value is served while a new one is loaded',
    async (start) => {
      const cache = await start();
      await old(cache, 'stale', { swr: '1h' });
      const [swr, ahead] = [{ swr: '1h' }, { refreshAhead: 0 }] as const;
      expect(await cache.wrap('stale', () => 'new', swr)).toBe('old');
      await arrives(() => cache.wrap('stale', () => 'new', swr), 'new');
      await cache.wrap('ahead', () => 'old', ahead);
      await arrives(() => cache.get('ahead'), 'old');
      expect(await cache.wrap('ahead', () => 'new', ahead)).toBe('old');
      await arrives(() => cache.get('ahead'), 'new');
    },
  ],
  [
    'a memo asks once a request, a schema refuses what does not fit, a shared value is frozen',
    async (start) => {
      const cache = await start();
      let loads = 0;
      const user = (): Promise<number> => cache.wrap('user', () => ++loads, { ttl: 0 });
      expect(await cache.withMemo(async () => [await user(), await user()])).toEqual([1, 1]);
      expect(await user()).toBe(2);
      await cache.set('p', { cost: 1 });
      await arrives(() => cache.has('p'), true);
      expect(await cache.wrap('p', () => ({ price: 2 }), { schema: HAS_PRICE })).toEqual({ price: 2 });
      expect(Object.isFrozen(await cache.wrap('s', () => ({ a: 1 }), { share: true }))).toBe(true);
    },
  ],
  [
    'outbound fetch: an answer is kept as long as it says, and invalid by tag and by URL',
    async (start) => {
      const cache = await start();
      const url = 'https://api.example/rates';
      let calls = 0;
      const api = async (): Promise<Response> =>
        new Response(`answer ${++calls}`, { headers: { 'Cache-Control': 'max-age=60' } });
      const fetch = cache.fetcher({ fetch: api, tags: ['api'] });
      const ask = async (): Promise<string> => (await fetch(url)).text();
      for (const target of [{ tags: ['api'] }, { keys: [url] }]) {
        await isKept(ask, () => calls);
        const before = calls;
        await cache.invalidate(target);
        expect(await ask()).toBe(`answer ${before + 1}`);
      }
    },
  ],
  [
    'what is made of a value is invalid with it',
    async (start) => {
      const cache = await start();
      let loads = 0;
      const part = (): Promise<number> => cache.wrap('part', () => ++loads, { tags: ['part'] });
      const whole = (): Promise<string> => cache.wrap('whole', async () => `of ${await part()}`);
      await isKept(whole, () => loads);
      const before = loads;
      await cache.invalidate({ tags: ['part'] });
      expect(await whole()).toBe(`of ${before + 1}`);
    },
  ],
];
