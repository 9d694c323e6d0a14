import { createCache } from '@shelflife/core';
import { buildSchema, execute, parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { createDocuments } from '../src/documents.js';
import { cacheMercurius, entityTag, type OperationRule, useOperationCache } from '../src/index.js';
import { createOperations, type Operation } from '../src/operations.js';

const schema = buildSchema(`
  directive @defer on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { all: [Item!]!  upload(file: Any): Int  big: Any }
  type Item { id: ID! }
  scalar Any`);

function operations(rule: OperationRule = {}, root: object = {}) {
  const reasons: (string | undefined)[] = [];
  const cache = createCache();
  const onAnswer: OperationRule['onAnswer'] = ({ status, reason }) => reasons.push(reason ?? status);
  const answer = createOperations(cache, { ttl: '1m', onAnswer, ...rule });
  const ask = async (query: string, more: Partial<Operation> = {}): Promise<object> => {
    const context = { req: { headers: {} } };
    const operation = {
      schema,
      document: parse(query),
      operationName: null,
      variables: {},
      context,
      ...more,
    };
    return answer(operation, (document) => execute({ schema, document, rootValue: root }));
  };
  return { answer, ask, reasons, cache };
}

const items = (count: number): object => ({
  all: Array.from({ length: count }, (_, id) => ({ id: String(id) })),
});

it('a result with more objects than a value may have tags is not stored, unless their type shares one', async () => {
  for (const [count, rule, last] of [
    [63, {}, 'hit'],
    [64, {}, 'TAGS'],
    [500, { types: { Item: { byId: false } } }, 'hit'],
  ] as const) {
    const { ask, reasons } = operations(rule, items(count));
    for (const _ of [1, 2]) expect(await ask('{ all { id } }')).toEqual({ data: items(count) });
    expect([count, reasons.at(-1)]).toEqual([count, last]);
  }
});

it('a result that was made with a private value is not stored', async () => {
  const cart = (): Promise<object[]> =>
    cache.wrap('cart', () => [{ id: 'mine' }], { ttl: '1m', private: true });
  const { ask, reasons, cache } = operations({}, { all: cart });
  for (const _ of [1, 2]) await ask('{ all { id } }');
  expect(reasons).toEqual(['PRIVATE', 'PRIVATE']);
});

it('an empty list is found under the name of its type', async () => {
  const { ask, reasons, cache } = operations({}, items(0));
  for (const _ of [1, 2]) await ask('{ all { id } }');
  await cache.invalidate({ tags: ['Item'] });
  await ask('{ all { id } }');
  expect(reasons).toEqual(['miss', 'hit', 'miss']);
});

it('a result in parts goes past the cache', async () => {
  const { ask, answer, reasons } = operations({}, items(1));
  await ask('{ all { ... @defer { id } } }');
  expect(reasons).toEqual(['INCREMENTAL']);
  const parts = (async function* () {
    yield { data: {} };
  })();
  const operation = { schema, operationName: null, variables: {}, context: { req: { headers: {} } } };
  const document = parse('{ all { id } }');
  for (const _ of [1, 2]) expect(await answer({ ...operation, document }, () => parts)).toBe(parts);
  expect(reasons).toEqual(['INCREMENTAL', 'INCREMENTAL', 'INCREMENTAL']);
});

it('variables that are no data, and results that are no JSON, go past the cache', async () => {
  const { ask, reasons } = operations({}, { upload: 1, big: 1n });
  const file = new Blob(['text']);
  await ask('query ($file: Any) { upload(file: $file) }', { variables: { file } });
  expect(await ask('{ big }')).toEqual({ data: { big: 1n } });
  expect(reasons).toEqual(['VARIABLES', 'NOT-JSON']);
});

it('nothing is stored without a lifetime, nor of a request of which nothing is known', async () => {
  const { ask, reasons } = operations({ ttl: 0 }, items(1));
  await ask('{ all { id } }');
  const careful = operations({}, items(1));
  await careful.ask('{ all { id } }', { context: {} });
  await careful.ask('{ __typename }');
  expect([...reasons, ...careful.reasons]).toEqual(['NO-LIFETIME', 'CREDENTIALS', 'NO-LIFETIME']);
});

it('a by that throws or says nothing costs the cache, not the request', async () => {
  const fails = (): never => {
    throw new Error('no session');
  };
  for (const by of [fails, () => undefined]) {
    const { ask, reasons } = operations({ by }, items(1));
    expect(await ask('{ all { id } }')).toEqual({ data: items(1) });
    expect(reasons).toEqual(['BY']);
  }
});

it('the failure of one who is waited for is not that of the others', async () => {
  const { answer } = operations();
  const operation = { schema, document: parse('{ all { id } }'), operationName: null, variables: {} };
  const context = { req: { headers: {} } };
  const aborted = answer({ ...operation, context }, async () => {
    throw new Error('the client has gone');
  });
  const other = answer({ ...operation, context }, () => ({ data: { all: [] } }));
  await expect(aborted).rejects.toThrow('the client has gone');
  expect(await other).toEqual({ data: { all: [] } });
});

it('documents are kept up to a number and a length', () => {
  const read = createDocuments();
  const first = read('{ f0 }', parse);
  for (let at = 1; at < 1024; at++) read(`{ f${at} }`, parse);
  expect(read('{ f0 }', parse) === first).toBe(true);
  read('{ one_more }', parse);
  expect(read('{ f0 }', parse) === first).toBe(false);
  const long = `{ ${'f '.repeat(15_000)} }`;
  expect(read(long, parse) === read(long, parse)).toBe(false);
  expect(read('{', parse)).toBeUndefined();
});

it('tags are readable, and hashed where an id fits no tag', () => {
  expect([entityTag('Product', 7), entityTag('Product', 'a b')]).toEqual(['Product:7', 'Product:a b']);
  for (const id of ['', '\n', 'é', 'x'.repeat(300)]) expect(entityTag('P', id)).toMatch(/^P:[\w-]{43}$/);
});

it.each([
  [{ ttl: 60 }, /rule\.ttl.*'60s'/],
  [{ tll: '1m' }, /Did you mean 'ttl'/],
  [{ types: { Item: { scope: 'private' } } }, /rule\.types\['Item'\]\.scope.*'PUBLIC' or 'PRIVATE'/],
  [{ fields: { 'Query.all': { tags: 'all' } } }, /rule\.fields\['Query\.all'\]\.tags/],
  [{ by: 'user' }, /rule\.by/],
])('%j is refused at start', (rule, message) => {
  expect(() => createYoga({ schema, plugins: [useOperationCache(createCache(), rule as object)] })).toThrow(
    message,
  );
});

it('an application without Mercurius is refused', () => {
  expect(() => cacheMercurius(Fastify() as never, createCache())).toThrow(/await app\.register\(mercurius/);
});
