import type { Request } from 'express';
import { expectTypeOf, test } from 'vitest';
import type { ResponseHead } from '@shelflife/core';
import {
  Cacheable,
  CacheEvict,
  CachePut,
  CacheRule,
  type HttpRequest,
  ShelflifeModule,
} from '../src/index.js';

interface Product {
  readonly id: string;
}

test('the functions of a rule know the request, of Nest in general or of a platform', () => {
  Cacheable({
    tags: (req, res) => {
      expectTypeOf(req).toEqualTypeOf<HttpRequest>();
      expectTypeOf(res).toEqualTypeOf<ResponseHead>();
      return [];
    },
  });
  Cacheable({ by: (req: Request) => req.get('x-tenant') });
  CacheRule({ key: ({ params }) => ['product', params['id']!] });
  CacheEvict({ tags: ({ params }) => [`product:${params['id']}`] });
});

test('on methods of providers they know arguments and result', () => {
  const cacheable = Cacheable({
    key: ([id]: [string]) => ['product', id],
    tags: (_args: [string], product: Product) => [product.id],
  });
  expectTypeOf(cacheable).toEqualTypeOf<MethodDecorator>();
  CachePut({ key: (_args: [Product], saved: Product) => ['product', saved.id] });
  CacheEvict({ keys: ([id]: [string]) => [['product', id]] });
});

test('what is wrong is a type error', () => {
  // @ts-expect-error -- a bare number has no unit
  Cacheable({ ttl: 60 });
  // @ts-expect-error -- unknown option
  Cacheable({ tll: '1m' });
  // @ts-expect-error -- tags are names
  CacheEvict({ tags: 'products' });
  // @ts-expect-error -- what is put needs a name
  CachePut({ ttl: '1m' });
  // @ts-expect-error -- unknown option
  expectTypeOf(() => ShelflifeModule.forRoot({ isGlobl: true })).toBeFunction();
});
