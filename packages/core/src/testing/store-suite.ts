import { describe, test } from 'vitest';
import type { Store } from '../store/store.js';
import { storeChecks } from './store-checks.js';

/**
 * The tests that every {@link Store} must pass, as one group of vitest tests. `create` makes a store for each
 * test; it may be the same server every time, keys are random. The values are no larger than `maxValueSize`, of which
 * 16 KiB are expected.
 *
 * `storeSuite('redis', () => redisStore({ url: 'redis://127.0.0.1' }))`
 */
export function storeSuite(name: string, create: () => Store | Promise<Store>): void {
  describe(`the store ${name}`, () => {
    // oxlint-disable-next-line vitest/expect-expect -- the checks do that.
    test.each(storeChecks)('%s', async (_, check) => runCheck(check, await create()), 15_000);
  });
}

async function runCheck(check: (store: Store) => Promise<void>, store: Store): Promise<void> {
  try {
    await check(store);
  } finally {
    await store.close?.();
  }
}
