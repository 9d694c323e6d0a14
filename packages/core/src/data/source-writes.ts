import { valueOf } from './copies.js';
import { type DataKey, idOf } from './key.js';
import { parseDuration } from '../rule/duration.js';
import type { SourceCache } from './source.js';
import type { SourceOptions, SourceWrites } from './source-options.js';
import { createWriteBehind, type Write } from './write-behind/write-behind.js';

/** The writes of a source that are applied later. */
export interface LaterWrites<Id, T> {
  readonly ready: Promise<void>;
  add(write: Write<Id, T>): Promise<void>;
  pending(table: string): Write<Id, T> | undefined;
  pendingKeys(): number;
  buried(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const CLOSE_LIMIT_MS = 10_000;

export function writesOf<Id, T>(
  cache: SourceCache,
  options: SourceOptions<Id, T>,
  given: SourceWrites<Id, T>,
): LaterWrites<Id, T> {
  const { queue, delay = '100ms', batchSize = 100, attempts = 20, maxPending = 10_000 } = given;
  const keysOf = (writes: readonly Write<Id, T>[]): readonly DataKey[] =>
    writes.map(({ id }) => options.key(id));

  async function one({ id, value, deleted }: Write<Id, T>): Promise<void> {
    await (deleted === true ? options.delete?.(id) : options.store?.(id, value));
  }

  const behind = createWriteBehind<Id, T>({
    queue,
    clock: cache.clock,
    keyOf: (id) => idOf(options.key(id)).table,
    async apply(writes) {
      if (given.storeMany !== undefined) {
        await given.storeMany(writes);
        return [];
      }
      const results = await Promise.allSettled(writes.map(one));
      return results.map((result) => (result.status === 'rejected' ? (result.reason ?? true) : undefined));
    },
    // What other processes have loaded since the write was acknowledged came from before it was applied.
    applied: async (writes) => void (await cache.invalidate({ keys: keysOf(writes) }).catch(() => undefined)),
    gaveUp: given.onBuried ?? warn,
    delay: parseDuration('source.writeBehind.delay', delay),
    batchSize,
    attempts,
    maxPending,
  });

  return {
    ready: behind.ready,
    async add(write) {
      await behind.add(write);
      // Look-ups find the write from here on, in the queue.
      await cache.invalidate({ keys: keysOf([write]) });
    },
    pending: (table) => behind.pending(table),
    pendingKeys: () => behind.size,
    buried: async () => (await queue.buried()).map(valueOf),
    close: () => behind.close(CLOSE_LIMIT_MS),
  };
}

function warn(_write: unknown, error: unknown): void {
  process.emitWarning(`a write was given up and put aside: ${String(error)}`, 'ShelflifeWarning');
}
