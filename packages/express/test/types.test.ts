import type { Cache, ResponseControl, ResponseHead, Rule } from '@shelflife/core';
import { createCache } from '@shelflife/core';
import express, { type Request, type RequestHandler } from 'express';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { responseCache } from '../src/index.js';

const cache: Cache = createCache({ profiles: { catalogue: { ttl: '5m' } } });

describe('types', () => {
  test('the functions of a rule get the request of Express', () => {
    const rule: Rule<Request> = {
      key: (req) => {
        expectTypeOf(req).toEqualTypeOf<Request>();
        return ['item', String(req.params['id'])];
      },
      tags: (req, res) => {
        expectTypeOf(req).toEqualTypeOf<Request>();
        expectTypeOf(res).toEqualTypeOf<ResponseHead>();
        return [];
      },
      by: (req) => {
        expectTypeOf(req).toEqualTypeOf<Request>();
        return req.get('x-tenant');
      },
      bypass: (req) => {
        expectTypeOf(req).toEqualTypeOf<Request>();
        return req.query['preview'] !== undefined;
      },
    };
    responseCache(cache, rule);
    responseCache(cache, { key: (req) => req.originalUrl, tags: (req) => [req.path] });
  });

  test('what it takes and returns', () => {
    expectTypeOf<Parameters<typeof responseCache>[0]>().toEqualTypeOf<Cache>();
    expectTypeOf<Parameters<typeof responseCache>[1]>().toEqualTypeOf<Rule<Request> | string | undefined>();
    expectTypeOf<ReturnType<typeof responseCache>>().toExtend<RequestHandler>();
    expectTypeOf<Request['cache']>().toEqualTypeOf<ResponseControl>();
  });

  test('it stands wherever Express takes a handler, and leaves the types of the others alone', () => {
    const cached = responseCache(cache);
    const app = express();
    app.use(cached).use('/a', cached, cached);
    app.get('/items/:id', cached, (req, res) => {
      expectTypeOf(req.params).toEqualTypeOf<{ id: string }>();
      req.cache.tag(`item:${req.params.id}`);
      res.json({});
    });
    express.Router().route('/').all(cached);
    expect(typeof cached).toBe('function');
  });

  test.each<[string, () => unknown]>([
    // @ts-expect-error -- an option that is not there
    ['tll', () => responseCache(cache, { tll: '5m' })],
    // @ts-expect-error -- a number without a unit
    ['ttl', () => responseCache(cache, { ttl: 300 })],
    // @ts-expect-error -- a unit that is not there
    ['ttl', () => responseCache(cache, { ttl: '5 minutes' })],
    // @ts-expect-error -- a text in place of a list
    ['tags', () => responseCache(cache, { tags: 'products' })],
    // @ts-expect-error -- a function that returns a promise
    ['key', () => responseCache(cache, { key: async () => 'k' })],
    // @ts-expect-error -- a word that is not there
    ['cookies', () => responseCache(cache, { cookies: 'allow' })],
    // @ts-expect-error -- two modes at once
    ['query', () => responseCache(cache, { query: { allow: ['a'], ignore: ['b'], only: ['c'] } })],
    // @ts-expect-error -- a number in place of a rule or its name
    ['rule', () => responseCache(cache, 300)],
  ])('what is wrong is an error for the compiler, and at start: %s', (where, build) => {
    expect(build).toThrow(where);
  });

  test('the rule of another framework is one too when it asks less of the request', () => {
    const rule: Rule<{ readonly headers: object }> = { by: (req) => Object.keys(req.headers)[0] };
    expectTypeOf(rule).toExtend<Rule<Request>>();
    expectTypeOf<Rule<{ readonly raw: object; readonly id: number }>>().not.toExtend<Rule<Request>>();
  });
});
