import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { gate } from '../testing/adapter/app.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { memoryTransport } from '../testing/memory-transport.js';
import { pass, settle } from '../testing/step.js';
import { defineSource, type Source } from './source.js';
import type { SourceOptions } from './source-options.js';
import { fileQueue } from './write-behind/file-queue.js';

interface Product {
  readonly id: number;
  readonly name: string;
}

/** A table, and a source in front of it. */
function start(more: Partial<SourceOptions<number, Product>> = {}, cache?: Cache) {
  const clock = fakeClock();
  const own = cache ?? createCache({ clock, defaults: { ttl: '1m' } });
  const table = new Map<number, Product>([[1, { id: 1, name: 'lamp' }]]);
  const asked: (number | readonly number[])[] = [];
  const source = defineSource<number, Product>(own, {
    key: (id) => ['product', String(id)],
    load: (id) => (asked.push(id), table.get(id)),
    store: (id, product) => void table.set(id, product),
    delete: (id) => void table.delete(id),
    tags: (product) => [`name:${product.name}`],
    ...more,
  });
  return { clock, cache: own, table, asked, source };
}

describe('read-through', () => {
  test('the origin is asked once; tags come from the value', async () => {
    const { source, asked, cache } = start();
    expect([await source.get(1), await source.get(1)]).toEqual([
      { id: 1, name: 'lamp' },
      { id: 1, name: 'lamp' },
    ]);
    await cache.invalidate({ tags: ['name:lamp'] });
    await source.get(1);
    expect(asked).toEqual([1, 1]);
  });

  test('many are loaded at once', async () => {
    const { table, asked, source } = start({
      loadMany: (ids) => (asked.push(ids), ids.map((id) => table.get(id))),
    });
    table.set(2, { id: 2, name: 'chair' });
    await source.get(1);
    expect(await source.getMany([3, 1, 2])).toEqual([undefined, table.get(1), table.get(2)]);
    await source.getMany([1, 2]);
    expect(asked).toEqual([1, [3, 2]]);
  });

  test('without loadMany one by one', async () => {
    const { asked, source } = start();
    expect(await source.getMany([1, 2])).toEqual([{ id: 1, name: 'lamp' }, undefined]);
    expect(asked).toEqual([1, 2]);
  });
});

describe('write-through', () => {
  test('the origin has it first, then look-ups find it without asking', async () => {
    const { source, asked, table } = start();
    await source.get(1);
    await source.set(1, { id: 1, name: 'sofa' });
    expect([table.get(1)?.name, (await source.get(1))?.name, asked]).toEqual(['sofa', 'sofa', [1]]);
    await source.delete(1);
    expect([table.has(1), await source.get(1)]).toEqual([false, undefined]);
  });

  test('a write that fails is told, and the origin is asked again', async () => {
    const { source, asked } = start({ store: () => Promise.reject(new Error('full')) });
    await source.get(1);
    await expect(source.set(1, { id: 1, name: 'sofa' })).rejects.toThrow('full');
    expect((await source.get(1))?.name).toBe('lamp');
    expect(asked).toEqual([1, 1]);
  });

  test('writes of one key keep their order; a load that read before is not stored', async () => {
    const { opened, open } = gate();
    const stored: string[] = [];
    const { source, table } = start({
      store: async (id, product) => {
        if (product.name === 'first') await opened;
        stored.push(product.name);
        table.set(id, product);
      },
    });
    const all = [source.set(1, { id: 1, name: 'first' }), source.set(1, { id: 1, name: 'second' })];
    await settle();
    open();
    await Promise.all(all);
    expect([stored, (await source.get(1))?.name]).toEqual([['first', 'second'], 'second']);
  });

  test('two processes that write at once: both then read what the origin has', async () => {
    const clock = fakeClock();
    const log = memoryTransport(clock);
    const make = (): Cache => createCache({ clock, log, defaults: { ttl: '1m' } });
    const [a, b] = [start({}, make()), start({}, make())];
    let row = '';
    const { opened, open } = gate();
    const options = (source: 'a' | 'b'): SourceOptions<number, string> => ({
      key: String,
      load: () => row,
      store: async () => {
        row = source;
        if (source === 'a') await opened;
      },
    });
    const [one, two] = [defineSource(a.cache, options('a')), defineSource(b.cache, options('b'))];
    await pass(clock, 50);
    const slow = one.set(1, 'a');
    await pass(clock, 10);
    await two.set(1, 'b');
    open();
    await slow;
    await pass(clock, 50);
    expect([await one.get(1), await two.get(1)]).toEqual(['b', 'b']);
  });
});

test.each<[object, RegExp]>([
  [{ key: 'id' }, /source.key: expected a function/],
  [{ load: undefined }, /source.load/],
  [{ lod: 1 }, /source.lod: unknown option. Did you mean 'load'/],
  [{ writeBehind: { queue: {} } }, /fileQueue/],
  [{ writeBehind: { queue: { add() {} }, attempts: 0 } }, /attempts/],
])('%j is refused', (options, message) => {
  expect(() => start(options)).toThrow(message);
});

test('what the source cannot do is said', async () => {
  const { source } = start({ store: undefined as never, delete: undefined as never });
  await expect(source.set(1, { id: 1, name: '' })).rejects.toThrow('defined without store');
  await expect(source.delete(1)).rejects.toThrow('defined without delete');
  expect(() => defineSource(createCache(), { key: String, load: () => 1 })).toThrow('source.ttl');
});

describe('write-behind', () => {
  const folders: string[] = [];
  afterEach(() =>
    Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))),
  );

  interface Behind {
    readonly source: Source<number, Product>;
    readonly table: Map<number, Product>;
    readonly cache: Cache;
    readonly clock: FakeClock;
    readonly batches: (readonly string[])[];
    fail: boolean;
  }

  async function behind(directory?: string, table = new Map<number, Product>()): Promise<Behind> {
    const folder = directory ?? (await mkdtemp(join(tmpdir(), 'shelflife-queue-')));
    folders.push(folder);
    const batches: (readonly string[])[] = [];
    const state = { fail: false };
    const { source, cache, clock } = start({
      load: (id) => table.get(id),
      writeBehind: {
        queue: fileQueue({ directory: folder }),
        attempts: 3,
        maxPending: 5,
        onBuried() {},
        storeMany(writes) {
          if (state.fail) throw new Error('down');
          batches.push(writes.map(({ id, value }) => `${id}=${value?.name ?? '-'}`));
          for (const { id, value } of writes) {
            if (value === undefined) table.delete(id);
            else table.set(id, value);
          }
        },
      },
    });
    return Object.assign(state, { source, table, cache, clock, batches });
  }

  const product = (id: number, name: string): Product => ({ id, name });
  const flushed = ({ source, clock }: Behind): Promise<void> =>
    expect.poll(() => (clock.advance(100), source.pending), { interval: 1, timeout: 5000 }).toBe(0);

  test('look-ups see what is pending; writes are collected, the newest of each key is applied', async () => {
    const state = await behind();
    const { source, table, batches } = state;
    await source.get(1);
    await Promise.all([source.set(1, product(1, 'a')), source.set(2, product(2, 'b'))]);
    await source.set(1, product(1, 'c'));
    await pass(state.clock, 99, 1);
    expect([table.size, source.pending]).toEqual([0, 2]);
    expect((await source.getMany([1, 2])).map((found) => found?.name)).toEqual(['c', 'b']);
    await source.delete(2);
    expect(await source.get(2)).toBeUndefined();
    await flushed(state);
    expect(batches).toEqual([['1=c', '2=-']]);
    expect((await source.get(1))?.name).toBe('c');
    await source.close();
  });

  test('what fails is tried again, and put aside in the end', async () => {
    const state = await behind();
    const { source, table } = state;
    state.fail = true;
    await source.set(1, product(1, 'a'));
    await pass(state.clock, 100, 20);
    expect(source.pending).toBe(1);
    state.fail = false;
    await flushed(state);
    expect(table.get(1)?.name).toBe('a');
    state.fail = true;
    await source.set(1, product(1, 'b'));
    await flushed(state);
    expect(await source.buried()).toEqual([{ id: 1, value: product(1, 'b') }]);
    expect((await source.get(1))?.name).toBe('a');
    await source.close();
  });

  test('more than there is room for is refused; nothing is written after close', async () => {
    const { source, table } = await behind();
    for (let id = 1; id <= 5; id++) await source.set(id, product(id, 'a'));
    await expect(source.set(6, product(6, 'a'))).rejects.toMatchObject({ code: 'ERR_QUEUE' });
    const closing = source.close();
    await expect.poll(() => table.size).toBe(5);
    await closing;
    await expect(source.set(7, product(7, 'a'))).rejects.toMatchObject({ code: 'ERR_QUEUE' });
  });

  test('a new process goes on with what is pending', async () => {
    const first = await behind();
    first.fail = true;
    await first.source.set(1, product(1, 'a'));
    const closing = first.source.close();
    await expect.poll(() => (first.clock.advance(1000), first.source.pending)).toBe(1);
    first.clock.advance(10_000);
    await closing;
    const second = await behind(folders[0]);
    expect((await second.source.get(1))?.name).toBe('a');
    await flushed(second);
    expect(second.table.get(1)?.name).toBe('a');
    await second.source.close();
  });
});
