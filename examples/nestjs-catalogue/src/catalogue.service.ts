import { Injectable, NotFoundException } from '@nestjs/common';
import { Cacheable, CacheEvict } from '@shelflife/nestjs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

const QUERY_MS = 300;

/** A slow database, and what is cached of it. */
@Injectable()
export class CatalogueService {
  readonly #products = new Map<string, Product>(
    ['Brass lamp', 'Oak chair', 'Linen curtain'].map((name, at) => {
      const id = String(at + 1);
      return [id, { id, name, price: 1900 + 500 * at }];
    }),
  );
  queries = 0;

  /** Cached by its arguments: the page of a product and the list of all ask for the same products. */
  @Cacheable({ ttl: '5m', tags: ([id]: [string]) => [`product:${id}`] })
  async product(id: string): Promise<Product> {
    this.queries++;
    await sleep(QUERY_MS);
    const product = this.#products.get(id);
    if (product === undefined) throw new NotFoundException(`There is no product ${id}.`);
    return product;
  }

  ids(): readonly string[] {
    return [...this.#products.keys()];
  }

  /** Whoever has seen the answer to this sees the new price everywhere: in values and in responses. */
  @CacheEvict({ tags: ([id]: [string]) => [`product:${id}`] })
  async changePrice(id: string, price: number): Promise<Product> {
    this.queries++;
    await sleep(QUERY_MS);
    const product = { ...this.#products.get(id)!, price };
    this.#products.set(id, product);
    return product;
  }
}
