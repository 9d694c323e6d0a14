import { deserialize, serialize } from 'node:v8';
import type { Clock } from '../clock.js';
import type { InvalidationLog } from '../invalidation/log.js';
import type { MemoryTable } from '../memory/table.js';

/** A value in the memory tier, as bytes: whoever gets it gets a copy of its own. */
export interface StoredValue {
  readonly kind: 'value';
  readonly bytes: Uint8Array;
  /** What invalidates it, in the words of `invalidation/tags.ts`. */
  readonly names: readonly string[];
  /** The last invalidation that was known when its load started. */
  readonly position: number;
  /** Unix milliseconds. */
  readonly freshUntil: number;
}

/** Values by key. */
export interface Values {
  /** The stored value if it is fresh and nothing invalidated it. */
  find(key: string): StoredValue | undefined;
  keep(key: string, value: StoredValue): void;
}

/** Keeps values in the memory tier, beside the responses. */
export function createValues<T>(
  memory: MemoryTable<T | StoredValue>,
  log: InvalidationLog,
  clock: Clock,
): Values {
  return {
    find(key) {
      const item = memory.get(key) as StoredValue | undefined;
      if (item === undefined) return undefined;
      const end = Math.min(item.freshUntil, log.staleSince(item.position, item.names));
      if (clock.now() < end) return item;
      memory.delete(key);
      return undefined;
    },
    keep(key, value) {
      const size = value.bytes.byteLength + value.names.reduce((sum, name) => sum + name.length, 0);
      memory.set(key, value, size);
    },
  };
}

/**
 * A value as bytes, by the structured clone algorithm: plain data, `Date`, `Map`, `Set`, `BigInt`, typed arrays.
 * Instances of classes become plain objects. `undefined` when it cannot be copied (functions, sockets).
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  try {
    return serialize(value);
  } catch {
    return undefined;
  }
}

/** The value of {@link bytesOf}, new each time. */
export function valueOf(bytes: Uint8Array): unknown {
  return deserialize(bytes);
}
