import { createCache, type ShelflifeError } from '@shelflife/core';
import { graphql } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { expect, it } from 'vitest';
import { cacheResolvers, type ResolverRule } from '../src/index.js';

const PUBLIC = { req: { headers: {} } };
const as = (user: string): object => ({ user, req: { headers: { authorization: user } } });

class Row {
  constructor(readonly id: string) {}
  title(): string {
    return `row ${this.id}`;
  }
}

function started(rules: Readonly<Record<string, ResolverRule<{ readonly user: string }>>>) {
  const runs: string[] = [];
  const ran = <T>(name: string, value: T): T => (runs.push(name), value);
  const schema = createSchema({
    typeDefs: `
      type Query { rate(of: String, to: Currency): Float  mine: String  row: Row  cities: [City]  bad: Int }
      type City { id: ID  name: String  weather(unit: String): String }
      type Row { title: String }
      type Mutation { rate: Int }
      input Currency { code: String  at: Int }`,
    resolvers: {
      Query: {
        rate: (_: unknown, { of }: { of: string }) => ran(`rate ${of}`, of === 'EUR' ? 1.1 : null),
        mine: (_: unknown, _args: unknown, { user }: { user: string }) => ran('mine', user),
        row: () => ran('row', new Row('1')),
        cities: () => [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }, { name: 'without an id' }],
        bad: () => {
          throw new Error(ran('bad', 'bad'));
        },
      },
      City: { weather: ({ name }: { name: string }) => ran(`weather ${name}`, 'sun') },
    },
  });
  const cache = createCache();
  cacheResolvers(schema, cache, rules);
  const ask = (source: string, contextValue: object = PUBLIC) => graphql({ schema, source, contextValue });
  return { cache, ask, runs };
}

it('a resolver runs once for its arguments, whatever their order', async () => {
  const { ask, runs } = started({ 'Query.rate': { ttl: '1m' } });
  await ask('{ rate(of: "EUR", to: { code: "USD", at: 1 }) }');
  const { data } = await ask('{ again: rate(to: { at: 1, code: "USD" }, of: "EUR") }');
  expect([data, runs]).toEqual([{ again: 1.1 }, ['rate EUR']]);
  await ask('{ rate(of: "EUR", to: { code: "USD", at: 2 }) }');
  for (const _ of [1, 2]) await ask('{ rate(of: "GBP") }');
  expect(runs).toEqual(['rate EUR', 'rate EUR', 'rate GBP']);
});

it('each user has values of their own, and without by those with credentials none at all', async () => {
  const byUser = started({ 'Query.mine': { ttl: '1m', by: ({ user }) => user } });
  const careful = started({ 'Query.mine': { ttl: '1m' } });
  for (const { ask } of [byUser, careful])
    for (const user of ['alice', 'bob', 'alice'])
      expect((await ask('{ mine }', as(user))).data).toEqual({ mine: user });
  expect([byUser.runs.length, careful.runs.length]).toEqual([2, 3]);
});

it('fields of objects are told apart by the id of the object, and not cached without one', async () => {
  const { ask, runs } = started({ 'City.weather': { ttl: '1m' } });
  for (const _ of [1, 2]) await ask('{ cities { weather } }');
  expect(runs).toEqual(['weather A', 'weather B', 'weather without an id', 'weather without an id']);
});

it('the parent can be told apart by something else', async () => {
  const { ask, runs } = started({ 'City.weather': { ttl: '1m', key: ({ name }: { name: string }) => name } });
  for (const _ of [1, 2]) await ask('{ cities { weather } }');
  expect(runs).toHaveLength(3);
});

it('tags are those of the rule, or made of result, arguments and parent', async () => {
  const tags = (result: number, { of }: { of: string }): string[] => [`rate:${of}:${result}`];
  const { ask, runs, cache } = started({ 'Query.rate': { ttl: '1m', tags } });
  for (const of of ['EUR', 'GBP']) await ask(`{ rate(of: "${of}") }`);
  await cache.invalidate({ tags: ['rate:EUR:1.1'] });
  for (const of of ['EUR', 'GBP']) await ask(`{ rate(of: "${of}") }`);
  expect(runs).toEqual(['rate EUR', 'rate GBP', 'rate EUR']);
});

it('errors are not stored, nor instances of classes, which would lose their methods', async () => {
  const { ask, runs } = started({ 'Query.bad': { ttl: '1m' }, 'Query.row': { ttl: '1m' } });
  for (const _ of [1, 2]) {
    expect((await ask('{ bad }')).errors).toHaveLength(1);
    expect((await ask('{ row { title } }')).data).toEqual({ row: { title: 'row 1' } });
  }
  expect(runs.toSorted()).toEqual(['bad', 'bad', 'row', 'row']);
});

it.each([
  ['Query.nothing', { ttl: '1m' }, /fields of the schema such as 'Query\.products'.*'Query\.nothing'/],
  ['Mutation.rate', { ttl: '1m' }, /not of mutations/],
  ['Query.rate', { ttl: 60 }, /'60s'/],
  ['Query.rate', { tttl: '1m' }, /Did you mean 'ttl'/],
  ['Query.rate', { ttl: '1m', tags: 'rates' }, /tags/],
])('%s with %j is refused at start', (name, rule, message) => {
  expect(() => started({ [name]: rule as object })).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTION',
      message: expect.stringMatching(message) as string,
    } satisfies Partial<ShelflifeError>) as Error,
  );
});
