import { setImmediate } from 'node:timers/promises';

/** What the shops of these programs sell. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

/** A database that prints what it is asked. */
export interface Database {
  read(id: string): Promise<Product | undefined>;
  readMany(ids: readonly string[]): Promise<(Product | undefined)[]>;
  ids(): Promise<string[]>;
  write(product: Product): Promise<void>;
  remove(id: string): Promise<void>;
  /** From now on it fails, or works again. */
  isDown: boolean;
}

export function createDatabase(): Database {
  const rows = new Map<string, Product>([
    ['1', { id: '1', name: 'lamp', price: 1200 }],
    ['2', { id: '2', name: 'sofa', price: 49_900 }],
    ['3', { id: '3', name: 'desk', price: 18_000 }],
  ]);
  const database = { isDown: false };

  async function asked(what: string): Promise<void> {
    console.log(`    [database] ${what}${database.isDown ? ': it is down' : ''}`);
    await setImmediate();
    if (database.isDown) throw new Error('the database is down');
  }

  return Object.assign(database, {
    async read(id: string) {
      await asked(`read product ${id}`);
      return rows.get(id);
    },
    async readMany(ids: readonly string[]) {
      await asked(`read products ${ids.join(', ')}`);
      return ids.map((id) => rows.get(id));
    },
    async ids() {
      await asked('read all ids');
      return [...rows.keys()];
    },
    async write(product: Product) {
      await asked(`write product ${product.id} at ${product.price}`);
      rows.set(product.id, product);
    },
    async remove(id: string) {
      await asked(`remove product ${id}`);
      rows.delete(id);
    },
  });
}
