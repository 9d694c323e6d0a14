import type { Scope } from '../exchange/scope.js';
import type { InvalidationLog } from '../invalidation/log.js';
import type { Id } from './key.js';
import { fits, type Schema } from './schema.js';
import type { KeptValue, Looked, Values } from './values.js';

/** Looks for what is stored. */
export interface LookUp {
  /** What is fresh and at hand. `undefined`: ask {@link LookUp.find}. */
  atOnce(table: string, schema?: Schema): KeptValue | undefined;
  /** At once when memory has it and the log need not be asked. What does not fit the schema is not found. */
  find(id: Id, schema?: Schema): Looked | Promise<Looked>;
  /** What the next look-ups of this request are to find, when it has a memory of its own. */
  remember(table: string, kept: KeptValue): void;
}

/** More values than this are not remembered for one request. */
const MAX_REMEMBERED = 1000;

export function createLookUp(rooms: {
  readonly values: Values;
  readonly log: InvalidationLog;
  readonly scope: Scope;
}): LookUp {
  const { values, log, scope } = rooms;
  // Which schema a value has been checked by: that is done once.
  const checked = new WeakMap<KeptValue, Schema>();

  function inRequest(table: string): Looked | undefined {
    const found = scope.memory?.get(table) as KeptValue | undefined;
    const isValid =
      found !== undefined && log.staleSince(found.stored.position, found.stored.names) === Infinity;
    return isValid ? { found, standing: 'fresh' } : undefined;
  }

  function inTiers(table: string): Looked | Promise<Looked> {
    return values.find(table, log.confirm());
  }

  async function fitting(later: Looked | Promise<Looked>, schema: Schema): Promise<Looked> {
    const looked = await later;
    const { found, since } = looked;
    if (found === undefined || checked.get(found) === schema) return looked;
    if (!(await fits(schema, found.copy()))) return { found: undefined, standing: 'gone', since };
    checked.set(found, schema);
    return looked;
  }

  return {
    atOnce(table, schema) {
      const found =
        inRequest(table)?.found ?? (log.confirm() === undefined ? values.fresh(table) : undefined);
      const isFit = schema === undefined || (found !== undefined && checked.get(found) === schema);
      return isFit ? found : undefined;
    },
    find({ table }, schema) {
      const looked = inRequest(table) ?? inTiers(table);
      if (schema === undefined) return looked;
      const isChecked =
        !(looked instanceof Promise) && looked.found !== undefined && checked.get(looked.found) === schema;
      return isChecked ? looked : fitting(looked, schema);
    },
    remember(table, kept) {
      const { memory } = scope;
      if (memory !== undefined && memory.size < MAX_REMEMBERED) memory.set(table, kept);
    },
  };
}
