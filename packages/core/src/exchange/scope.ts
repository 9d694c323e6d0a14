import { AsyncLocalStorage } from 'node:async_hooks';

/** What an answer or a value is made of: the values that were looked up meanwhile. */
export interface Uses {
  /** What invalidates them, in the words of `invalidation/tags.ts`. */
  readonly names: Set<string>;
  /** When the first of them is no longer fresh, Unix milliseconds. */
  until: number;
  /** One of them is for one user. */
  isPrivate: boolean;
}

/** What happens within a handler or a load, however many asynchronous steps it takes. */
export interface Scope {
  /** Notes in `uses` what `work` looks up. */
  observe<T>(uses: Uses, work: () => T): T;
  /** Whether somebody wants to be told by `note`. */
  readonly isObserved: boolean;
  /** Says that something was looked up. */
  note(names: readonly string[], until: number, isPrivate: boolean): void;
  /** Runs `work` with a memory of its own for what it looks up. */
  remember<T>(work: () => T): T;
  /** That memory, within `remember`. */
  readonly memory: Map<string, unknown> | undefined;
}

interface Surroundings {
  readonly owner: object;
  readonly uses?: Uses | undefined;
  readonly memory?: Map<string, unknown> | undefined;
  /** Those around it, perhaps of another cache. */
  readonly outer: Surroundings | undefined;
}

// One for all caches: on Node 20 and 22 every promise pays for each AsyncLocalStorage that is in use.
const SURROUNDINGS = new AsyncLocalStorage<Surroundings>();

/** More names than this, and what is made of them is not stored: it would be asked for all of them on every look-up. */
export const MAX_USED_NAMES = 512;

export const noUses = (): Uses => ({ names: new Set(), until: Infinity, isPrivate: false });

/** Makes the scope of one cache. It costs nothing until a handler or a load runs. */
export function createScope(): Scope {
  const owner = {};
  // Most applications have none, and each look-up asks.
  let hasMemories = false;

  function current(): Surroundings | undefined {
    let found = SURROUNDINGS.getStore();
    while (found !== undefined && found.owner !== owner) found = found.outer;
    return found;
  }

  function within<T>(inner: Pick<Surroundings, 'uses' | 'memory'>, work: () => T): T {
    return SURROUNDINGS.run({ ...current(), ...inner, owner, outer: SURROUNDINGS.getStore() }, work);
  }

  return {
    observe: (uses, work) => within({ uses }, work),
    note(names, until, isPrivate) {
      const uses = current()?.uses;
      if (uses === undefined) return;
      for (const name of names) uses.names.add(name);
      uses.until = uses.names.size > MAX_USED_NAMES ? -Infinity : Math.min(uses.until, until);
      uses.isPrivate ||= isPrivate;
    },
    get isObserved() {
      return current()?.uses !== undefined;
    },
    remember(work) {
      hasMemories = true;
      return within({ memory: new Map() }, work);
    },
    get memory() {
      return hasMemories ? current()?.memory : undefined;
    },
  };
}
