import { type Clock, systemClock } from '../clock.js';
import type { Store } from '../store/store.js';

interface Value {
  readonly bytes: Uint8Array;
  readonly expiresAt: number;
}

/**
 * A store in this process: for tests, and as the shortest example of what a {@link Store} must do. It grows
 * without limit. `size` counts the values it holds, expired ones too until they are asked for.
 */
export function mapStore(clock: Clock = systemClock): Store & { readonly size: number } {
  const values = new Map<string, Value>();
  return {
    async get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      if (value.expiresAt > clock.now()) return Uint8Array.from(value.bytes);
      values.delete(key);
      return undefined;
    },
    async set(key, bytes, ttlMs) {
      values.set(key, { bytes: Uint8Array.from(bytes), expiresAt: clock.now() + ttlMs });
    },
    async delete(key) {
      values.delete(key);
    },
    async close() {
      values.clear();
    },
    get size() {
      return values.size;
    },
  };
}
