import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@shelflife/core';

/** A clock that is moved by hand, so that an hour passes at once. A server needs none: `createCache()` has its own. */
export interface HandClock extends Clock {
  /** Lets time pass, and the work that was waiting for it happen. */
  pass(ms: number): Promise<void>;
}

export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;

export function createHandClock(): HandClock {
  const tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    after(ms, run) {
      const task = { at: now + ms, run };
      tasks.add(task);
      return () => void tasks.delete(task);
    },
    async pass(ms) {
      now += ms;
      for (const task of tasks) {
        if (task.at > now) continue;
        tasks.delete(task);
        task.run();
      }
      await background();
    },
  };
}

/** Lets work that was started behind a call come to its end. */
export async function background(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}
