import { expect } from 'vitest';
import { createStorage, type Found, type Kept, type Storage } from '../exchange/storage.js';
import type { Headers, StoredResponse } from '../http/message.js';
import type { InvalidationLog } from '../invalidation/log.js';
import { createProcessLog } from '../invalidation/process-log.js';
import { createLru } from '../memory/recency.js';
import { createMemoryTable, type MemoryTable } from '../memory/table.js';
import type { StoreTier } from '../store/tier.js';
import { type FakeClock, fakeClock } from './fake-clock.js';
import { storedResponse } from './made.js';

/** A storage with what it is made of. */
export interface StorageUnderTest {
  readonly clock: FakeClock;
  readonly log: InvalidationLog;
  readonly memory: MemoryTable<Kept>;
  readonly storage: Storage;
}

/** Makes a storage with room for 1000 entries. */
export function startStorage(tier?: StoreTier): StorageUnderTest {
  const clock = fakeClock();
  const log = createProcessLog({ clock });
  const memory = createMemoryTable<Kept>({ maxSize: 1e6, maxEntries: 1000, policy: createLru, clock });
  return { clock, log, memory, storage: createStorage({ clock, log, memory, tier }) };
}

/** A stored response with this body. */
export const named = (text: string, more: Partial<StoredResponse> = {}): StoredResponse =>
  storedResponse({ body: Buffer.from(text), ...more });

/** The body that was found. */
export const textOf = ({ stored }: Found): string | undefined =>
  stored && Buffer.from(stored.body).toString();

/** What is found at once, without a second tier. */
export function findNow({ storage }: StorageUnderTest, request: Headers = {}, primary = 'key'): Found {
  const found = storage.find(primary, request);
  expect(found).not.toBeInstanceOf(Promise);
  return found as Found;
}
