import { type Cache, type Queries, ShelflifeError } from '@shelflife/core';
import { type ChangeListener, listenForChanges, type ListenerState } from '@shelflife/postgres';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePorts } from '../../../test/support/servers/program.js';
import { type Proxy, startProxy } from '../../../test/support/servers/proxy.js';
import { cached, type Database, elsewhere, startDatabase } from './support.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 30_000 });
const PATIENT = { timeout: 8000 };

let database: Database;
let proxy: Proxy;
let queries: Queries;
let cache: Cache;
let listener: ChangeListener;
let states: ListenerState[];

beforeAll(async () => {
  database = await startDatabase({ triggers: true });
  proxy = await startProxy(database.server.port);
});
afterAll(async () => {
  await proxy.stop();
  await database.stop();
});
beforeEach(async () => {
  await database.reset();
  ({ cache, queries } = cached());
  states = [];
  listener = listen();
  await listener.ready();
});
afterEach(() => listener.close());

function listen(over: Partial<Parameters<typeof listenForChanges>[1]> = {}): ChangeListener {
  return listenForChanges(queries, {
    connection: `postgres://postgres@127.0.0.1:${proxy.port}/postgres`,
    tables: ['products', 'shop.orders'],
    heartbeat: '100ms',
    deadline: '1s',
    onState: (state) => states.push(state),
    ...over,
  });
}

const price = queriesOf((id) => ({ tables: ['products'], rows: [id] }));
const priceByTable = queriesOf(() => ({ tables: ['products'] }));

function queriesOf(rule: (id: number) => { tables: string[]; rows?: number[] }) {
  return (id: number): Promise<number> =>
    queries.find(
      `price ${id}`,
      async () => {
        const { rows } = await database.pool.query<{ price: number }>(
          'SELECT price FROM products WHERE id = $1',
          [id],
        );
        return rows[0]?.price ?? 0;
      },
      rule(id),
    );
}

const change = (sql: string): Promise<void> => elsewhere(database.server.url, sql);

/** What the listener's own connection is cut by. */
const CUT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shelflife'`;

describe('changes made elsewhere', () => {
  it.each([
    ['UPDATE products SET price = 7 WHERE id = 1', 7],
    ['DELETE FROM products WHERE id = 1', 0],
    ['TRUNCATE products, shop.orders', 0],
    ['BEGIN; UPDATE products SET price = 7; COMMIT', 7],
  ])('%s', async (sql, expected) => {
    expect(await price(1)).toBe(100);
    await change(sql);
    await expect.poll(() => price(1), PATIENT).toBe(expected);
  });

  it('rows that did not change stay', async () => {
    await price(2);
    const invalidated = vi.fn<() => void>();
    cache.on('invalidated', invalidated);
    await change('UPDATE products SET price = 7 WHERE id = 1');
    await expect.poll(() => invalidated.mock.calls.length, PATIENT).toBe(1);
    const query = vi.spyOn(database.pool, 'query');
    expect(await price(2)).toBe(100);
    expect(query).not.toHaveBeenCalled();
    query.mockRestore();
  });

  it('a result that is being read while a change is committed is not found after it', async () => {
    const held = new Client({ connectionString: database.server.url });
    await held.connect();
    let release = (): void => {};
    const wait = new Promise<void>((resolve) => (release = resolve));
    const slow = queries.find(
      'price 1',
      async () => {
        const { rows } = await held.query<{ price: number }>('SELECT price FROM products WHERE id = 1');
        await wait;
        return rows[0]!.price;
      },
      { tables: ['products'], rows: [1] },
    );
    const heard = new Promise((resolve) => cache.on('invalidated', resolve));
    await change('UPDATE products SET price = 7 WHERE id = 1');
    await heard;
    release();
    expect(await slow).toBe(100);
    expect(await price(1)).toBe(7);
    await held.end();
  });

  it('a message that is none invalidates all', async () => {
    expect(await price(1)).toBe(100);
    await change(`ALTER TABLE products DISABLE TRIGGER ALL; UPDATE products SET price = 7;
      ALTER TABLE products ENABLE TRIGGER ALL`);
    expect(await price(1)).toBe(100);
    await change(`NOTIFY shelflife, 'nonsense'`);
    await expect.poll(() => price(1), PATIENT).toBe(7);
  });
});

describe('when the connection is lost', () => {
  it('what changes meanwhile is not missed', async () => {
    expect(await priceByTable(1)).toBe(100);
    proxy.set({ kind: 'silent' });
    await change(CUT);
    await expect.poll(() => states.at(-1)?.listening, PATIENT).toBe(false);
    await change('UPDATE products SET price = 7');
    // Nobody hears of it, and nothing is stored.
    expect(await priceByTable(1)).toBe(7);
    await change('UPDATE products SET price = 8');
    expect(await priceByTable(1)).toBe(8);
    proxy.set({ kind: 'none' });
    await listener.ready();
    expect(await priceByTable(1)).toBe(8);
    await change('UPDATE products SET price = 9');
    await expect.poll(() => priceByTable(1), PATIENT).toBe(9);
  });

  it('a change right after it is found, however fast it is back', async () => {
    for (let round = 1; round <= 10; round++) {
      await listener.ready();
      await priceByTable(1);
      await change(`${CUT}; UPDATE products SET price = ${round}`);
      await expect.poll(() => priceByTable(1), { ...PATIENT, interval: 5 }).toBe(round);
    }
  });

  it('one that dies without a word is noticed by the heartbeat', async () => {
    expect(await priceByTable(1)).toBe(100);
    proxy.set({ kind: 'silent' });
    await change('UPDATE products SET price = 7');
    await expect.poll(() => priceByTable(1), PATIENT).toBe(7);
    expect(states.at(-1)).toMatchObject({ listening: false });
    proxy.set({ kind: 'none' });
    await listener.ready();
  });

  it('nothing is stored until the invalidation is acknowledged', async () => {
    const invalidate = vi.spyOn(cache, 'invalidate');
    const refused = new ShelflifeError('ERR_NOT_ACKNOWLEDGED', 'no');
    for (let time = 0; time < 3; time++) invalidate.mockRejectedValueOnce(refused);
    await change('UPDATE products SET price = 7');
    await expect.poll(() => states.filter(({ listening }) => !listening).length, PATIENT).toBeGreaterThan(0);
    await listener.ready();
    expect(await priceByTable(1)).toBe(7);
  });
});

it('nothing is stored before it listens, and after it is closed', async () => {
  const other = cached();
  const [port] = await freePorts(1);
  const refused = listenForChanges(other.queries, {
    connection: { host: '127.0.0.1', port: port!, user: 'postgres' },
    tables: ['products'],
    onState: () => {},
  });
  let runs = 0;
  const read = (): Promise<number> => other.queries.find('run', () => ++runs, { tables: ['products'] });
  expect([await read(), await read()]).toEqual([1, 2]);
  const waiting = refused.ready();
  await Promise.all([refused.close(), expect(waiting).rejects.toThrow(/is closed/)]);
  expect([await read(), await read()]).toEqual([3, 4]);
  await expect(refused.ready()).rejects.toThrow(/is closed/);
});

it.each([
  [{ tables: ['products', 'pg_catalog.pg_class'] }, /'pg_catalog.pg_class' has no triggers/],
  [{ tables: ['nothing'] }, /'nothing' has no triggers/],
  [{ channel: 'elsewhere' }, /no triggers for the channel 'elsewhere'/],
])('%j: it is not ready without triggers', async (over, message) => {
  const other = listen(over);
  await expect(other.ready()).rejects.toThrow(message);
  await other.close();
});

it('one that is closed while it connects ends', async () => {
  const other = listen({ heartbeat: '20ms' });
  await other.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(other.ready()).rejects.toThrow(/is closed/);
});

it('a loss is a process warning unless somebody listens', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  const [port] = await freePorts(1);
  const other = listenForChanges(queries, {
    connection: `postgres://postgres@127.0.0.1:${port}/postgres`,
    tables: ['products'],
  });
  expect(await warned).toMatchObject({ name: 'ShelflifePostgres' });
  await other.close();
});

it.each([
  [{ connection: undefined }, /connection: expected a URL/],
  [{ tables: [] }, /tables: expected names/],
  [{ heartbeat: 0 }, /heartbeat: expected a duration above 0/],
  [{ chanel: 'a' }, /Did you mean 'channel'/],
])('%j is refused', (over, message) => {
  const options = { connection: 'postgres://localhost', tables: ['products'], ...over };
  expect(() => listenForChanges(queries, options as never)).toThrow(message);
});
