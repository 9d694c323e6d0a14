import { AsyncResource } from 'node:async_hooks';
import { describe, expect, it, vi } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { createQueries, type Queries, type QueryRule } from './queries.js';

const byId: QueryRule<number> = { tables: ['products'], rows: [1] };
const anyRow: QueryRule<number> = { tables: ['products'] };

function setUp(): { cache: Cache; queries: Queries; read: (rule: QueryRule<number>) => Promise<number> } {
  const cache = createCache({ defaults: { ttl: '1h' } });
  const queries = createQueries(cache);
  let runs = 0;
  return { cache, queries, read: (rule) => queries.find('result', () => ++runs, rule) };
}

/** Whether a change of what `change` does reaches a result that `rule` describes. */
async function reaches(
  rule: QueryRule<number>,
  change: (queries: Queries, cache: Cache) => Promise<unknown>,
): Promise<boolean> {
  const { cache, queries, read } = setUp();
  const first = await read(rule);
  expect(await read(rule)).toBe(first);
  await change(queries, cache);
  return (await read(rule)) !== first;
}

describe('what a change reaches', () => {
  it.each<[string, QueryRule<number>, string, (string | number)[] | undefined, boolean]>([
    ['any row: a row', anyRow, 'products', [7], true],
    ['any row: the table', anyRow, 'products', undefined, true],
    ['any row: no row', anyRow, 'products', [], false],
    ['any row: another table', anyRow, 'orders', undefined, false],
    ['row 1: row 1', byId, 'products', [1], true],
    ['row 1: row 1 as text', byId, 'products', ['1'], true],
    ['row 1: row 2', byId, 'products', [2], false],
    ['row 1: row 1 of another table', byId, 'orders', [1], false],
    ['row 1: the table', byId, 'products', undefined, true],
    ['row 1: 33 others', byId, 'products', Array.from({ length: 33 }, (_, id) => id + 2), true],
    ['row 1 in the result: row 1', { ...anyRow, rows: (result) => [result] }, 'products', [1], true],
    ['row 1 in the result: row 2', { ...anyRow, rows: (result) => [result] }, 'products', [2], false],
    ['nothing in the result: row 2', { ...anyRow, rows: () => [] }, 'products', [2], true],
    ['a uuid: in capitals', { ...anyRow, rows: ['AB-1'] }, 'products', ['ab-1 '], true],
    ['a long key', { ...anyRow, rows: ['a'.repeat(300)] }, 'products', ['a'.repeat(300)], true],
    ['a long key: another', { ...anyRow, rows: ['a'.repeat(300)] }, 'products', ['b'.repeat(300)], false],
    ['two tables: the second', { tables: ['products', 'orders'] }, 'orders', [1], true],
  ])('%s', async (_, rule, table, rows, expected) => {
    expect(await reaches(rule, (queries) => queries.changed(table, rows))).toBe(expected);
  });

  it.each(['table:*', 'table:products', 'products:1'])('the tag %s', async (tag) => {
    expect(await reaches(byId, (_, cache) => cache.invalidate({ tags: [tag] }))).toBe(true);
  });
});

it('a function is cached by its name and arguments, whose types are told apart', async () => {
  const { queries } = setUp();
  const query = vi.fn<(id: number | string) => string>((id) => `product ${id}`);
  const product = queries.wrap('product', query, (id) => ({ tables: ['products'], rows: [id] }));
  expect([await product(1), await product(1), await product('1')]).toEqual(Array(3).fill('product 1'));
  expect(query).toHaveBeenCalledTimes(2);
  await queries.changed('products', [1]);
  await product(1);
  expect(query).toHaveBeenCalledTimes(3);
});

it('a result that was read before a write is not found after it', async () => {
  const { queries } = setUp();
  let price = 1;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow = queries.find(
    'price',
    async () => {
      const seen = price;
      await held;
      return seen;
    },
    anyRow,
  );
  await queries.write(() => void (price = 2), { tables: ['products'] });
  release();
  await slow;
  expect(await queries.find('price', () => price, anyRow)).toBe(2);
});

it('the rows of a write may stand in its result', async () => {
  const write = (row: number) => (queries: Queries) =>
    queries.write(() => [row], { tables: ['products'], rows: (result) => result });
  expect(await reaches(byId, write(1))).toBe(true);
  expect(await reaches(byId, write(2))).toBe(false);
});

it('a write that fails invalidates, and its error comes out', async () => {
  const lost = (queries: Queries) =>
    expect(queries.write(() => Promise.reject(new Error('lost')), anyRow)).rejects.toThrow('lost');
  expect(await reaches(byId, lost)).toBe(true);
});

describe('in a transaction', () => {
  it('a write counts when it is committed, not before', async () => {
    const { queries, read } = setUp();
    const outside = (): Promise<number> => read(byId);
    let release = (): void => {};
    let wrote = (): void => {};
    const written = new Promise<void>((resolve) => (wrote = resolve));
    const first = await outside();
    const done = queries.transaction(async () => {
      await queries.write(() => {}, { tables: ['products'], rows: [1] });
      wrote();
      await new Promise<void>((resolve) => (release = resolve));
    });
    await written;
    expect(await outside()).toBe(first);
    release();
    await done;
    expect(await outside()).not.toBe(first);
  });

  it('queries run, and nothing of what they read is stored', async () => {
    const { cache, queries, read } = setUp();
    const first = await read(byId);
    const inner = await queries.transaction(() => read(byId));
    expect(inner).not.toBe(first);
    expect(await read(byId)).toBe(first);
    const made = (): Promise<number> => cache.wrap('page', () => queries.transaction(() => read(byId)));
    expect(await made()).not.toBe(await made());
  });

  it('one within another ends with the outer one', async () => {
    const { cache, queries } = setUp();
    const invalidate = vi.spyOn(cache, 'invalidate');
    await queries.transaction(async () => {
      await queries.transaction(() => queries.changed('products'));
      expect(invalidate).not.toHaveBeenCalled();
    });
    expect(invalidate).toHaveBeenCalledTimes(1);
  });

  it('one that fails invalidates what it may have changed', async () => {
    const failing = (queries: Queries) =>
      expect(
        queries.transaction(async () => {
          await queries.changed('products', [1]);
          throw new Error('connection lost');
        }),
      ).rejects.toThrow('connection lost');
    expect(await reaches(byId, failing)).toBe(true);
  });

  it('what goes on after its end writes on its own', async () => {
    const { queries, read } = setUp();
    let later = async (): Promise<void> => {};
    await queries.transaction(async () => {
      later = AsyncResource.bind(() => queries.changed('products', [1]));
    });
    const first = await read(byId);
    await later();
    expect(await read(byId)).not.toBe(first);
  });
});

describe('while it is suspended', () => {
  it('nothing is stored, and nothing of what was stored is found', async () => {
    const { queries, read } = setUp();
    const first = await read(byId);
    const suspension = queries.suspend();
    const second = await read(byId);
    expect(second).not.toBe(first);
    expect(await read(byId)).not.toBe(second);
    await suspension.resume();
    await suspension.resume();
    const third = await read(byId);
    expect(await read(byId)).toBe(third);
  });

  it('several add up', async () => {
    const { queries, read } = setUp();
    const [one] = [queries.suspend(), queries.suspend()];
    await one.resume();
    expect(await read(byId)).not.toBe(await read(byId));
  });

  it('goes on when its end is not acknowledged', async () => {
    const { cache, queries, read } = setUp();
    const suspension = queries.suspend();
    vi.spyOn(cache, 'invalidate').mockRejectedValueOnce(new Error('not acknowledged'));
    await expect(suspension.resume()).rejects.toThrow('not acknowledged');
    expect(await read(byId)).not.toBe(await read(byId));
  });
});

it.each([
  [{ tables: [] }, /tables: expected the names of tables/],
  [{ tables: ['a', 'b'], rows: [1] }, /rows: expected no rows where there are several tables/],
  [{ tables: ['a'], rowz: [1] }, /find\(\).rowz: unknown option. Did you mean 'rows'/],
  [{ tables: ['a'], rows: 7 }, /rows: expected primary keys/],
  [undefined, /find\(\): expected an object of options/],
])('%j is refused', async (rule, message) => {
  const { queries } = setUp();
  await expect(queries.find('key', () => 1, rule as QueryRule<number>)).rejects.toThrow(message);
  await expect(queries.write(() => 1, { tables: ['a'], row: [1] } as never)).rejects.toThrow(
    /write\(\).row: /,
  );
});
