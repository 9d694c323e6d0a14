import type { Clock } from '../clock.js';
import { type Breaker, createBreaker } from './breaker.js';
import { within } from './deadline.js';

/** What became of an operation. `skipped`: it was not even tried, since the machine does not work or too much is under way. */
export type Guarded<T> =
  | { readonly how: 'done'; readonly value: T }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'skipped'; readonly why: 'open' | 'busy' };

/** Reads and writes fail apart: a server that is full or read-only still answers. */
export type Kind = 'read' | 'write';

/** Stands between the cache and something on the network. */
export interface Guard {
  /** Runs an operation on the machine that `key` lives on. Never rejects and takes no longer than the deadline; what comes later is dropped. */
  run<T>(kind: Kind, key: string, operation: () => Promise<T>): Promise<Guarded<T>>;
  /** Ends the probes. */
  close(): void;
}

/** What a guard needs. */
export interface GuardOptions {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly deadline: number;
  /** Operations under way at once, counted until the store itself is done with them: a hang must not eat memory. Default 2000. */
  readonly maxInFlight?: number;
  /** The machine of a key; see `Store.node`. */
  readonly nodeOf: (key: string) => string;
  /** Asks the machine of a key for something small. */
  readonly probe: (key: string) => Promise<unknown>;
  /** Told when a machine is left alone for reads or writes, and when it is used again. */
  readonly changed: (change: NodeChange) => void;
}

/** A machine that does not work, or does again. */
export interface NodeChange {
  /** As `Store.node` names it; `''` when there is only one. */
  readonly node: string;
  readonly kind: Kind;
  readonly works: boolean;
}

// Names of machines come from the store; more than this share the first one's breaker.
const MAX_NODES = 1000;

/**
 * Makes a guard: a deadline for each operation, a breaker for each machine, a limit for what is under way. Own code
 * and no library: together it is a hundred lines, and libraries of this kind let a request be the probe.
 */
export function createGuard(options: GuardOptions): Guard {
  const { clock, deadline, maxInFlight = 2000 } = options;
  const breakers = new Map<string, Breaker>();
  let inFlight = 0;

  function breakerOf(kind: Kind, key: string): Breaker {
    const node = options.nodeOf(key);
    const id = `${kind} ${node}`;
    const known = breakers.get(id);
    if (known !== undefined) return known;
    if (breakers.size >= MAX_NODES) return breakers.values().next().value!;
    const changed = (isOpen: boolean): void => options.changed({ node, kind, works: !isOpen });
    const breaker = createBreaker(clock, () => probe(key), changed);
    breakers.set(id, breaker);
    return breaker;
  }

  async function probe(key: string): Promise<boolean> {
    const { how } = await attempt(() => options.probe(key));
    return how === 'done';
  }

  async function attempt<T>(operation: () => Promise<T>): Promise<Guarded<T>> {
    try {
      return { how: 'done', value: await within(clock, deadline, operation) };
    } catch (error) {
      return { how: 'failed', error };
    }
  }

  function counted<T>(operation: () => Promise<T>): () => Promise<T> {
    return () => {
      inFlight++;
      const settled = new Promise<T>((settle) => settle(operation()));
      const end = (): void => void inFlight--;
      settled.then(end, end);
      return settled;
    };
  }

  return {
    async run(kind, key, operation) {
      const breaker = breakerOf(kind, key);
      if (breaker.isOpen) return { how: 'skipped', why: 'open' };
      if (inFlight >= maxInFlight) return { how: 'skipped', why: 'busy' };
      const result = await attempt(counted(operation));
      if (result.how === 'done') breaker.succeeded();
      else breaker.failed();
      return result;
    },
    close() {
      for (const breaker of breakers.values()) breaker.close();
    },
  };
}
