import { isDeepStrictEqual } from 'node:util';
import type { DataVariant } from './variant.js';

/**
 * What becomes of a value that a caller changes: `copy`: others get it as it was; `frozen`: it cannot be changed;
 * `none`: all others get what that caller made of it.
 */
export type Protection = 'copy' | 'frozen' | 'none';

interface Product {
  name: string;
  price: { amount: number };
}

/** Finds out by changing what a load returned, and what a hit did. */
export async function protectionOf(variant: DataVariant): Promise<Protection> {
  const cache = variant();
  const made = (): Product => ({ name: 'kettle', price: { amount: 1 } });
  const ask = async (): Promise<Product> => (await cache.one('protection', async () => made())) as Product;
  try {
    for (const value of [await ask(), await ask()]) {
      try {
        value.price.amount = 0;
      } catch {
        return 'frozen';
      }
      if (!isDeepStrictEqual(await ask(), made())) return 'none';
    }
    return 'copy';
  } finally {
    await cache.close?.();
  }
}
