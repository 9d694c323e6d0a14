import type { Cache, ResponseControl, Rule } from '@shelflife/core';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { expectTypeOf, test } from 'vitest';
import type { ShelflifeOptions } from '../src/index.js';

test('the rule of a route is checked, and its functions get the request of Fastify', () => {
  expectTypeOf<FastifyContextConfig['cache']>().toEqualTypeOf<
    (Rule<FastifyRequest> & object) | string | false | undefined
  >();
  expectTypeOf<ShelflifeOptions['rule']>().toEqualTypeOf<Rule<FastifyRequest> | string | false | undefined>();
  const add = (app: FastifyInstance): void => {
    app.get('/', { config: { cache: { by: (request) => request.ip, ttl: '5m' } } }, () => '');
    app.get('/', { config: { cache: 'profile' } }, () => '');
    app.get('/', { config: { cache: false } }, ({ cache }) => cache.tag('a'));
    // @ts-expect-error a bare number has no unit
    app.get('/', { config: { cache: { ttl: 300 } } }, () => '');
    // @ts-expect-error no rule
    app.get('/', { config: { cache: true } }, () => '');
    // @ts-expect-error not a property of requests
    app.get('/', { config: { cache: { key: (request) => request.nonsense } } }, () => '');
  };
  expectTypeOf(add).toBeFunction();
});

test('decorators have types', () => {
  expectTypeOf<FastifyInstance['responseCache']>().toEqualTypeOf<Cache>();
  expectTypeOf<FastifyRequest['cache']>().toEqualTypeOf<ResponseControl>();
});
