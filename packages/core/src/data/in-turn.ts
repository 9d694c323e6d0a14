import type { Clock } from '../clock.js';
import { noUses } from '../exchange/scope.js';
import type { InvalidationLog } from '../invalidation/log.js';
import type { StoredItem } from '../store/frame.js';
import type { Leases, Turn } from '../store/leases.js';
import type { Born } from './entry.js';
import type { Id } from './key.js';
import type { Loaded } from './loads.js';
import { createRetries } from './retries.js';
import { fits, type Schema } from './schema.js';
import type { KeptValue, Values } from './values.js';

/** Loads of several processes: one at a time runs its own, and the others take what it has stored. */
export interface InTurn {
  /**
   * Runs a load when it is this process's turn, or gives what another one has stored. `waits`: told when another
   * process has to be waited for.
   */
  load(wish: Wanted, run: (born: Born) => Promise<Loaded>, waits: () => void): Promise<Loaded>;
  /** Runs a load in the background unless another process is at it, or has stored something new a moment ago. */
  refresh(wish: Wanted, run: () => Promise<Loaded>): Promise<void>;
}

/** A value that is wanted. */
export interface Wanted {
  readonly id: Id;
  readonly schema: Schema | undefined;
  /** What this process has. */
  readonly found: KeptValue | undefined;
}

/** As long as answers wait by default. Afterwards each process is on its own. */
const WAIT_MS = 5000;
/** So long another process has time to refresh a value. */
const ELSEWHERE_MS = 1000;
const UNSHARED_MS = 10_000;

/** `undefined` when the store has no leases. */
export function createInTurn(rooms: {
  readonly leases: Leases | undefined;
  readonly values: Values;
  readonly log: InvalidationLog;
  readonly clock: Clock;
}): InTurn | undefined {
  const { leases, values, log, clock } = rooms;
  if (leases === undefined) return undefined;
  const elsewhere = createRetries(clock);
  // Keys whose value was not stored a moment ago: to wait for another process would be in vain.
  const unshared = createRetries(clock);
  const asking = new Set<string>();

  async function theirs(
    { id, schema, found }: Wanted,
    item: StoredItem | undefined,
  ): Promise<KeptValue | undefined> {
    const kept = values.takeIn(id.table, item, found);
    return kept === undefined || schema === undefined || (await fits(schema, kept.copy())) ? kept : undefined;
  }

  function turn(wish: Wanted, waitMs: number, waits = (): void => {}): Promise<Turn<KeptValue>> {
    return leases!.turn({ key: wish.id.table, waitMs, use: (item) => theirs(wish, item), waits });
  }

  return {
    async load(wish, run, waits) {
      const { table } = wish.id;
      const ours: Turn<KeptValue> = unshared.isPaused(table)
        ? { how: 'alone' }
        : await turn(wish, WAIT_MS, waits);
      if (ours.how === 'stored')
        return { value: ours.found.copy(), kept: ours.found, uses: noUses(), isTheirs: true };
      try {
        // It may have waited for long; what it loads is as new as this.
        const loaded = await run({ position: log.position, startedAt: clock.now() });
        if (loaded.kept === undefined) unshared.pause(table, UNSHARED_MS);
        return loaded;
      } finally {
        if (ours.how === 'ours') ours.release();
      }
    },
    async refresh(wish, run) {
      const { table } = wish.id;
      if (asking.has(table) || elsewhere.isPaused(table)) return;
      asking.add(table);
      const ours = await turn(wish, 0).finally(() => asking.delete(table));
      if (ours.how === 'held') return elsewhere.pause(table, ELSEWHERE_MS);
      if (ours.how === 'stored') return;
      try {
        await run();
      } finally {
        if (ours.how === 'ours') ours.release();
      }
    },
  };
}
