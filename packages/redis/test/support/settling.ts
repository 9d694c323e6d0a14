import type { Store } from '@shelflife/core';
import { expect } from 'vitest';
import type { Worker } from './fleet.js';

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

/** Waits until a process knows what a token stands for. One question has 50 ms, which a busy machine does not always keep. */
export async function knows(
  process: { confirm(token: string): Promise<boolean> },
  token: string,
): Promise<void> {
  await expect.poll(() => process.confirm(token), { timeout: 10_000, interval: 20 }).toBe(true);
}

/** Invalidates an item until that is acknowledged; says when it was. */
export async function acknowledged(
  worker: Worker,
  id: string,
): Promise<{ readonly acked: number; readonly token: string }> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const { acked, token } = await worker.invalidate(id);
    if (acked !== undefined && token !== undefined) return { acked, token };
  }
  throw new Error(`nobody acknowledged the invalidation of ${id}`);
}
