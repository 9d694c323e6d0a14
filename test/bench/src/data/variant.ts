/** One cache of the data comparison, empty: at most {@link MAX_ENTRIES} entries where it can be told, which live for an hour. */
export interface DataCache {
  /** The value of a key; `load` makes it when it is not there. */
  one(key: string, load: () => Promise<unknown>): Promise<unknown>;
  /** The values of many keys; `load` makes those that are not there. */
  many(
    keys: readonly string[],
    load: (missing: readonly string[]) => Promise<readonly unknown[]>,
  ): Promise<readonly unknown[]>;
  close?(): Promise<void>;
}

/** Makes an empty cache. */
export type DataVariant = () => DataCache;

export const MAX_ENTRIES = 2000;

/** `many` for libraries that have only get and set for many keys. */
export function manyBy(
  get: (keys: string[]) => Promise<readonly unknown[]>,
  set: (keys: readonly string[], values: readonly unknown[]) => Promise<unknown>,
): DataCache['many'] {
  return async (keys, load) => {
    const values = [...(await get([...keys]))];
    const missing = keys.filter((_, at) => values[at] === undefined);
    if (missing.length === 0) return values;
    const loaded = await load(missing);
    await set(missing, loaded);
    let next = 0;
    return values.map((value) => (value === undefined ? loaded[next++] : value));
  };
}

/** `many` for libraries that look up one key at a time. */
export function manyByOne(one: DataCache['one']): DataCache['many'] {
  return (keys, load) => Promise.all(keys.map((key) => one(key, async () => (await load([key]))[0])));
}
