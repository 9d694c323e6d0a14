import type { EvictionPolicy } from './policy.js';

/** Bytes that an entry is charged with besides its key and its value: objects, index, buffer header. Measured. */
export const ENTRY_OVERHEAD = 600;

/** Values by key within a budget of bytes. Nothing expires here: what a value is worth is for the reader to judge. */
export interface MemoryTable<T> {
  /** The value, which counts as a use of it. */
  get(key: string): T | undefined;
  /** The value, without telling the policy. */
  peek(key: string): T | undefined;
  /**
   * Keeps a value of `size` bytes, in place of the one with the same key, and evicts others to make room. False
   * when it is larger than the whole budget: then it is not kept, the old value of this key is gone and the
   * other entries stay.
   */
  set(key: string, value: T, size: number): boolean;
  /** False when there was nothing to delete. */
  delete(key: string): boolean;
  clear(): void;
  /** Bytes in use; keys and {@link ENTRY_OVERHEAD} are counted. */
  readonly size: number;
  readonly entries: number;
}

/** What a table may hold and who leaves it first. */
export interface MemoryTableOptions<T> {
  /** Bytes, keys and {@link ENTRY_OVERHEAD} included. */
  readonly maxSize: number;
  readonly maxEntries: number;
  /** Belongs to this table alone. */
  readonly policy: EvictionPolicy;
  /** Called after an entry had to make room. `size`: bytes that became free. Not called for deleted or replaced ones. */
  onEvict?(key: string, value: T, size: number): void;
}

interface Entry<T> {
  readonly key: string;
  readonly value: T;
  readonly cost: number;
}

/** Makes an empty table. Its size never exceeds `maxSize`, at no point of any call. */
export function createMemoryTable<T>(options: MemoryTableOptions<T>): MemoryTable<T> {
  const { maxSize, maxEntries, policy } = options;
  const entries = new Map<string, Entry<T>>();
  let size = 0;

  function remove(key: string): Entry<T> | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    policy.remove(key);
    size -= entry.cost;
    return entry;
  }

  function insert(entry: Entry<T>): void {
    entries.set(entry.key, entry);
    policy.add(entry.key, entry.cost);
    size += entry.cost;
  }

  function makeRoom(cost: number): readonly Entry<T>[] {
    const evicted: Entry<T>[] = [];
    while (size + cost > maxSize || entries.size >= maxEntries) {
      const entry = remove(policy.victim()!);
      if (entry === undefined) throw new Error('the eviction policy is out of step with its table');
      evicted.push(entry);
    }
    return evicted;
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      policy.touch(key);
      return entry.value;
    },
    peek: (key) => entries.get(key)?.value,
    set(key, value, valueSize) {
      remove(key);
      const cost = valueSize + keySize(key) + ENTRY_OVERHEAD;
      // Written so that NaN is refused.
      if (!(valueSize >= 0 && cost <= maxSize && maxEntries >= 1)) return false;
      const evicted = makeRoom(cost);
      insert({ key, value, cost });
      // Last, when the table is in order again: a listener may use it.
      for (const entry of evicted) options.onEvict?.(entry.key, entry.value, entry.cost);
      return true;
    },
    delete: (key) => remove(key) !== undefined,
    clear() {
      entries.clear();
      policy.clear();
      size = 0;
    },
    get size() {
      return size;
    },
    get entries() {
      return entries.size;
    },
  };
}

// V8 holds a string in two bytes a character as soon as one of them is not Latin-1.
function keySize(key: string): number {
  return /[\u0100-\uffff]/.test(key) ? 2 * key.length : key.length;
}
