import { BadRequestException, Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import type { Cache, CacheStats } from '@shelflife/core';
import { Cacheable, InjectCache } from '@shelflife/nestjs';
import { CatalogueService, type Product } from './catalogue.service.js';

@Controller('products')
export class CatalogueController {
  constructor(
    @Inject(CatalogueService) private readonly catalogue: CatalogueService,
    @InjectCache() private readonly cache: Cache,
  ) {}

  /** A list shows every product, so it is out of date when one of them changes. */
  @Get()
  @Cacheable({ ttl: '1m', swr: '5m', query: 'none', tags: ['product:1', 'product:2', 'product:3'] })
  list(): Promise<Product[]> {
    return Promise.all(this.catalogue.ids().map((id) => this.catalogue.product(id)));
  }

  @Get('stats')
  stats(): { readonly queries: number; readonly cache: CacheStats } {
    return { queries: this.catalogue.queries, cache: this.cache.stats() };
  }

  @Get(':id')
  @Cacheable({ ttl: '1m', swr: '5m', negativeTtl: '10s', tags: ({ params }) => [`product:${params['id']}`] })
  one(@Param('id') id: string): Promise<Product> {
    return this.catalogue.product(id);
  }

  @Put(':id/price')
  change(@Param('id') id: string, @Body() body: { readonly price?: unknown }): Promise<Product> {
    const { price } = body;
    if (typeof price !== 'number' || !this.catalogue.ids().includes(id)) {
      throw new BadRequestException('Send { "price": 1234 } to the price of a product that is there.');
    }
    return this.catalogue.changePrice(id, price);
  }
}
