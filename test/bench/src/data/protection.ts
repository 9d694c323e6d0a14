import { isDeepStrictEqual } from 'node:util';
import type { DataVariant } from './variant.js';

/**
 * What becomes of a value that a caller changes. `copy`: others get it as it was. `hits`: that holds for what a hit
 * returned, but what a load returned is what is stored. `frozen`: it cannot be changed. `none`: others get what that
 * caller made of it.
 */
export type Protection = 'copy' | 'hits' | 'frozen' | 'none';

interface Product {
  readonly price: { amount: number };
}

const made = (): Product => ({ price: { amount: 1 } });

/** Finds out by changing what a load returned, and what a hit did. */
export async function protectionOf(variant: DataVariant): Promise<Protection> {
  try {
    const [loaded, hit] = [await survives(variant, 0), await survives(variant, 1)];
    if (!hit) return 'none';
    return loaded ? 'copy' : 'hits';
  } catch (error) {
    // What strict mode says of a change to what is frozen.
    if (error instanceof TypeError) return 'frozen';
    throw error;
  }
}

/** Whether others get what was stored when one has changed what a call returned after so many others. */
async function survives(variant: DataVariant, calls: number): Promise<boolean> {
  const cache = variant();
  const ask = async (): Promise<Product> => (await cache.one('protection', async () => made())) as Product;
  try {
    for (let call = 0; call < calls; call++) await ask();
    const value = await ask();
    value.price.amount = 0;
    return isDeepStrictEqual(await ask(), made());
  } finally {
    await cache.close?.();
  }
}
