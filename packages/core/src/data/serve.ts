import type { Scope } from '../exchange/scope.js';
import type { DataCounters } from './counters.js';
import type { DataKey } from './key.js';
import type { LookUp } from './look-up.js';
import type { DataRule } from './rule.js';
import type { KeptValue, Values } from './values.js';

/** Hands out what is stored. */
export interface Serve {
  /**
   * The value of a key that is fresh and in memory, which most look-ups are for: without a promise on the way.
   * `undefined`: it takes more than that.
   */
  readonly atOnce: (key: DataKey, options: DataRule) => { readonly value: unknown } | undefined;
  /** The value for a caller that has not loaded it. */
  value(table: string, options: DataRule, kept: KeptValue): unknown;
  /** Tells those around the call that they are made of this value, too. */
  used(table: string, kept: KeptValue): void;
}

/** `tableOf`: where a key lies. */
export function createServe(
  rooms: {
    readonly lookUp: LookUp;
    readonly values: Values;
    readonly scope: Scope;
    readonly counters: DataCounters;
  },
  tableOf: (key: DataKey) => string,
): Serve {
  const { lookUp, values, scope, counters } = rooms;

  function used(table: string, kept: KeptValue): void {
    const { names, isPrivate } = kept.stored;
    if (scope.isObserved) scope.note(names, values.freshUntil(kept), isPrivate);
    lookUp.remember(table, kept);
  }

  function value(table: string, options: DataRule, kept: KeptValue): unknown {
    used(table, kept);
    return options.share === true ? kept.shared() : kept.copy();
  }

  return {
    atOnce(key, options) {
      const table = tableOf(key);
      // Whether it is due before its time is another question.
      if (options.refreshAhead !== undefined || options.earlyRefresh !== undefined) return undefined;
      const kept = lookUp.atOnce(table, options.schema);
      if (kept === undefined) return undefined;
      counters.hits++;
      return { value: value(table, options, kept) };
    },
    value,
    used,
  };
}
