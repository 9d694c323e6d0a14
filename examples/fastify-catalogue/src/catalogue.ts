import { setTimeout as sleep } from 'node:timers/promises';

export interface Product {
  readonly id: number;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

/** A catalogue in memory whose queries take as long as those of a database. */
export interface Catalogue {
  list(page: number): Promise<readonly Product[]>;
  find(id: number): Promise<Product | undefined>;
  /** `undefined`: there is no such product. */
  setPrice(id: number, price: number): Promise<Product | undefined>;
  readonly queries: number;
}

const QUERY_MS = 150;
const PAGE = 10;

export function createCatalogue(): Catalogue {
  const products = new Map(
    Array.from({ length: 200 }, (_, at): [number, Product] => [
      at + 1,
      { id: at + 1, name: `Product ${at + 1}`, price: 500 + ((at * 37) % 90) * 100 },
    ]),
  );
  let queries = 0;

  async function query<T>(run: () => T): Promise<T> {
    queries++;
    const result = run();
    await sleep(QUERY_MS);
    return result;
  }

  return {
    list: (page) => query(() => [...products.values()].slice((page - 1) * PAGE, page * PAGE)),
    find: (id) => query(() => products.get(id)),
    async setPrice(id, price) {
      const product = await query(() => products.get(id));
      if (product === undefined) return undefined;
      const changed = { ...product, price };
      products.set(id, changed);
      return changed;
    },
    get queries() {
      return queries;
    },
  };
}
