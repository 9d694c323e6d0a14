import type { Clock } from '../clock.js';
import type { Scope, Uses } from '../exchange/scope.js';
import type { Dependencies } from '../invalidation/dependencies.js';
import { createLoadContext, type LoadContext } from './context.js';
import { type Born, entryOf, type Made, namesOf } from './entry.js';
import type { Id } from './key.js';
import type { Loaded } from './loads.js';
import type { ResolvedDataRule } from './rule.js';
import type { KeptValue, Values } from './values.js';

/** What is to be made. */
export interface Order {
  readonly id: Id;
  readonly load: (context: LoadContext) => unknown;
  readonly rule: ResolvedDataRule;
  /** The value before, if it is still there. */
  readonly found: KeptValue | undefined;
}

/** Runs a load and keeps what it gives. Rejects as the load does. */
export type Make = (order: Order, born: Born, signal: AbortSignal) => Promise<Loaded>;

/** `random`: 0 to 1. */
export function createMake(rooms: {
  readonly values: Values;
  readonly scope: Scope;
  readonly dependencies: Dependencies;
  readonly clock: Clock;
  readonly random: () => number;
}): Make {
  const { values, scope, dependencies, clock } = rooms;

  return async ({ id, load, rule, found }, born, signal) => {
    const { context, state: said } = createLoadContext(found, signal);
    const value = await scope.observe(said.uses, () => load(context));
    const made = { id, value, rule, said, born, above: dependencies.above };
    const entry = entryOf(made, clock.now(), rooms.random());
    // Made of what is for one user: only a rule that says so itself has a key that names the user too.
    if (entry === undefined || (entry.isPrivate && !rule.isPrivate))
      return { value, kept: undefined, uses: usesOfUnstored(made, entry?.freshUntil) };
    return { value, kept: values.keep(id.table, entry), uses: said.uses };
  };
}

/** What is made of a value that is not stored is invalid with it all the same. */
function usesOfUnstored(made: Made, freshUntil = Infinity): Uses {
  const { uses, skipped } = made.said;
  // What its load does not want to be stored is not stored as a part of something else either.
  if (skipped) return { ...uses, until: -Infinity };
  const names = new Set([...uses.names, ...namesOf(made)]);
  const until = Math.min(uses.until, freshUntil);
  return { names, until, isPrivate: made.rule.isPrivate || uses.isPrivate };
}
