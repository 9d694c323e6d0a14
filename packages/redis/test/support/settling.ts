import type { Store } from '@shelflife/core';
import { expect } from 'vitest';

/** Waits until a store works, without anybody doing anything for it. */
export async function recovers(store: Store): Promise<void> {
  const bytes = Buffer.from('after');
  const works = async (): Promise<unknown> => {
    await store.set('after', bytes, 60_000);
    return store.get('after');
  };
  await expect.poll(() => works().catch(String), { timeout: 8000 }).toEqual(bytes);
}

/** Milliseconds until all calls settled, and how they did. */
export async function settled(
  calls: readonly Promise<unknown>[],
): Promise<{ readonly ms: number; readonly statuses: ReadonlySet<string> }> {
  const started = performance.now();
  const results = await Promise.allSettled(calls);
  return { ms: performance.now() - started, statuses: new Set(results.map(({ status }) => status)) };
}
