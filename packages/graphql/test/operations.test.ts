import { createCache } from '@shelflife/core';
import { fakeClock } from '@shelflife/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheResolvers, type OperationAnswer, type OperationRule } from '../src/index.js';
import { type Client, hosts } from './hosts.js';
import { createShop, type Shop, type ShopContext } from './shop.js';

const ALICE = { authorization: 'Bearer alice' };
const BOB = { authorization: 'Bearer bob' };
const PRODUCT = 'query ($id: ID!) { product(id: $id) { name price } }';

interface Running extends Client {
  readonly shop: Shop;
  readonly cache: ReturnType<typeof createCache>;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly answers: readonly OperationAnswer[];
  /** What became of the last operation. */
  readonly last: () => string;
}

describe.each(hosts)('%s', (_name, start) => {
  const running: Client[] = [];
  afterEach(() => Promise.all(running.splice(0).map((client) => client.close())));

  async function run(
    rule: OperationRule<ShopContext> = {},
    prepare?: (shop: Shop) => void,
  ): Promise<Running> {
    const [shop, clock, answers] = [createShop(), fakeClock(), [] as OperationAnswer[]];
    const cache = createCache({ clock });
    prepare?.(shop);
    if (prepare !== undefined)
      cacheResolvers(shop.schema, cache, { 'Product.reviews': { ttl: '1h', tags: ['reviews'] } });
    const client = await start(shop, cache, {
      ttl: '1m',
      onAnswer: (answer) => answers.push(answer),
      ...rule,
    });
    running.push(client);
    const last = (): string => [answers.at(-1)?.status, answers.at(-1)?.reason].filter(Boolean).join(' ');
    return { ...client, shop, cache, clock, answers, last };
  }

  it('a query is executed once, and answered the same from then on', async () => {
    const { ask, shop, last } = await run();
    const first = await ask(PRODUCT, { id: '7' });
    expect([first, last()]).toEqual([{ data: { product: { name: 'product 7', price: 100 } } }, 'miss']);
    expect([await ask(PRODUCT, { id: '7' }), last()]).toEqual([first, 'hit']);
    await ask(PRODUCT, { id: '8' });
    expect(shop.runs.get('product')).toBe(2);
  });

  it('clients get what they asked for, whatever is asked for besides', async () => {
    const { ask } = await run();
    const query = `{ product(id: 7) { id: name __typename nr: id reviews { text } } node(id: 8) { ...on Product { price } } }`;
    const product = { id: 'product 7', __typename: 'Product', nr: '7', reviews: [{ text: 'good' }] };
    for (const _ of [1, 2]) expect(await ask(query)).toEqual({ data: { product, node: { price: 100 } } });
  });

  it('layout, comments, unused variables and the order of fragments and variables make no difference', async () => {
    const { ask, shop } = await run();
    const [a, b] = ['fragment A on Product { name }', 'fragment B on Product { price }'];
    const query = 'query Q($f: Filter) { products(filter: $f) { ...A ...B } }';
    await ask(`${query} ${a} ${b}`, { f: { min: 1, max: 2 } });
    await ask(`${b}\n${a} # why not\n ${query}`, { f: { max: 2, min: 1 } });
    await ask(`query Other { stock } ${query} ${a} ${b}`, { f: { min: 1, max: 2 }, x: 1 }, {}, 'Q');
    expect(shop.runs.get('products')).toBe(1);
    await ask(`${query} ${a} ${b}`, { f: { min: 1, max: 3 } });
    expect(shop.runs.get('products')).toBe(2);
    await ask('{ all: products { name } }');
    await ask('{ products { name } }');
    expect(shop.runs.get('products')).toBe(4);
  });

  it('requests with credentials go past the cache when nobody says what they decide', async () => {
    const { ask, last } = await run();
    expect(await ask('{ me }')).toEqual({ data: { me: 'nobody' } });
    for (const [headers, me] of [
      [ALICE, 'alice'],
      [BOB, 'bob'],
      [{}, 'nobody'],
    ] as const)
      expect(await ask('{ me }', {}, headers)).toEqual({ data: { me } });
    await ask('{ me }', {}, { cookie: 'session=1' });
    expect(last()).toBe('bypass CREDENTIALS');
  });

  it('with by, each user has answers of their own', async () => {
    const { ask, shop } = await run({ by: ({ user }) => user });
    for (const _ of [1, 2])
      for (const [headers, me] of [
        [ALICE, 'alice'],
        [BOB, 'bob'],
        [{}, 'nobody'],
      ] as const)
        expect(await ask('{ me }', {}, headers)).toEqual({ data: { me } });
    // Alice and Bob once each, and nobody, of whom by says nothing, every time.
    expect(shop.runs.get('me')).toBe(4);
  });

  it('a mutation invalidates what it returns, wherever that was shown', async () => {
    const { ask, shop } = await run();
    const [list, node] = ['{ products { price } }', '{ node(id: 7) { ... on Product { price } } }'];
    for (const query of [list, node]) await ask(query);
    for (const id of ['7', '8']) await ask(PRODUCT, { id });
    const changed = await ask('mutation { setPrice(id: 7, price: 5) { price } }');
    expect(changed).toEqual({ data: { setPrice: { price: 5 } } });
    expect(await ask(PRODUCT, { id: '7' })).toEqual({ data: { product: { name: 'product 7', price: 5 } } });
    expect(await ask(list)).toEqual({ data: { products: [{ price: 5 }, { price: 100 }] } });
    expect(await ask(node)).toEqual({ data: { node: { price: 5 } } });
    await ask(PRODUCT, { id: '8' });
    expect(shop.runs.get('product')).toBe(3);
  });

  it('lists are invalidated by the mutations that say so, also when they fail', async () => {
    const { ask } = await run({
      fields: {
        'Mutation.addProduct': { invalidates: ['Product'] },
        'Mutation.fail': { invalidates: ['Product'] },
      },
    });
    const names = async (): Promise<unknown> => ((await ask('{ products { name } }')).data ?? {})['products'];
    expect(await names()).toHaveLength(2);
    await ask('mutation { addProduct(id: 9) { name } }');
    expect(await names()).toHaveLength(3);
    await ask('mutation { fail(id: 7) { name } }');
    expect(await names()).toContainEqual({ name: 'changed' });
  });

  it('a query that is being executed when a mutation invalidates it is not stored', async () => {
    const { ask, shop } = await run();
    let go = (): void => {};
    shop.wait = new Promise((resolve) => (go = resolve));
    const early = ask(PRODUCT, { id: '7' });
    await vi.waitFor(() => expect(shop.runs.get('product')).toBe(1));
    await ask('mutation { setPrice(id: 7, price: 5) { price } }');
    go();
    expect(await early).toEqual({ data: { product: { name: 'product 7', price: 100 } } });
    expect(await ask(PRODUCT, { id: '7' })).toEqual({ data: { product: { name: 'product 7', price: 5 } } });
  });

  it('those who ask at the same time wait for one execution', async () => {
    const { ask, shop } = await run();
    let go = (): void => {};
    shop.wait = new Promise((resolve) => (go = resolve));
    const all = Array.from({ length: 5 }, () => ask(PRODUCT, { id: '7' }));
    await vi.waitFor(() => expect(shop.runs.get('product')).toBe(1));
    go();
    expect(new Set((await Promise.all(all)).map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(shop.runs.get('product')).toBe(1);
  });

  it('a result with errors is not stored', async () => {
    const { ask, shop, last } = await run();
    for (const times of [0, 1]) {
      const { data, errors } = await ask('{ product(id: 7) { failing } }');
      expect([data, errors]).toMatchObject([
        { product: { failing: null } },
        [{ message: `failed ${times} times` }],
      ]);
      expect(last()).toBe('miss ERROR');
    }
    expect(shop.runs.get('product')).toBe(2);
  });

  it('the shortest lifetime of what is asked for and what is found counts', async () => {
    const { ask, clock, shop } = await run({ fields: { 'Product.price': { ttl: '30s' } } });
    const expectFor = async (query: string, field: string, seconds: number): Promise<void> => {
      const times = shop.runs.get(field) ?? 0;
      await ask(query);
      clock.advance(seconds * 1000 - 1);
      await ask(query);
      expect([query, shop.runs.get(field)]).toEqual([query, times + 1]);
      clock.advance(1);
      await ask(query);
      expect([query, shop.runs.get(field)]).toEqual([query, times + 2]);
    };
    await expectFor('{ products { name } }', 'products', 60);
    await expectFor('{ products { name price } }', 'products', 30);
    await expectFor('{ stock products { price } }', 'stock', 10);
    await expectFor('{ thing(of: "product") { ... on Product { name } } }', 'thing', 60);
    await expectFor('{ thing(of: "offer") { __typename } }', 'thing', 5);
  });

  it('what is private is not stored, whether the document or only the result names it', async () => {
    const { ask, shop, last } = await run();
    for (const _ of [1, 2]) await ask('{ basket { items } }');
    expect([shop.runs.get('basket'), last()]).toEqual([2, 'bypass PRIVATE']);
    for (const _ of [1, 2]) await ask('{ thing(of: "basket") { __typename } }');
    expect([shop.runs.get('thing'), last()]).toEqual([2, 'miss PRIVATE']);
  });

  it('names of ours in the document of a client cannot give a result other tags', async () => {
    const { ask, last } = await run();
    const query = '{ product(id: 7) { __shelflife_type: name } }';
    expect(await ask(query)).toEqual({ data: { product: { __shelflife_type: 'product 7' } } });
    expect(last()).toBe('bypass RESERVED-NAME');
  });

  it('what invalidates the value of a cached resolver invalidates the operation that is made of it', async () => {
    const { ask, shop, cache } = await run({}, () => {});
    const query = '{ product(id: 7) { reviews { text } } }';
    for (const _ of [1, 2]) await ask(query);
    expect([shop.runs.get('product'), shop.runs.get('reviews')]).toEqual([1, 1]);
    await cache.invalidate({ tags: ['reviews'] });
    await ask(query);
    expect([shop.runs.get('product'), shop.runs.get('reviews')]).toEqual([2, 2]);
  });

  it('what cannot be read or is not valid is refused in the words of the server', async () => {
    const { ask, answers } = await run();
    for (const query of ['{ product(', '{ nothing }', 'query A { stock } query B { stock }'])
      expect((await ask(query)).errors).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 'hit')).toEqual([]);
  });

  it('a closed cache costs nothing but the cache', async () => {
    const { ask, cache } = await run();
    await cache.close();
    expect(await ask('{ stock }')).toEqual({ data: { stock: 5 } });
  });
});
