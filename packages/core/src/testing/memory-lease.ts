import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Lease, Store } from '../store/store.js';

/** The leases of a store that all processes of a test share. `values`: the store. */
export function memoryLease(clock: Clock, values: Pick<Store, 'get'>): Lease {
  const holders = new Map<string, { readonly token: string; readonly until: number }>();

  const holderOf = (key: string): string | undefined => {
    const holder = holders.get(key);
    return holder !== undefined && holder.until > clock.now() ? holder.token : undefined;
  };

  return {
    async take(key, ttlMs, seen) {
      const value = await values.get(key);
      if (value !== undefined && (seen === undefined || Buffer.compare(value, seen) !== 0)) return { value };
      if (holderOf(key) !== undefined) return {};
      const token = randomUUID();
      holders.set(key, { token, until: clock.now() + ttlMs });
      return { token };
    },
    async renew(key, token, ttlMs) {
      if (holderOf(key) !== token) return false;
      holders.set(key, { token, until: clock.now() + ttlMs });
      return true;
    },
    async release(key, token) {
      if (holderOf(key) === token) holders.delete(key);
    },
  };
}
