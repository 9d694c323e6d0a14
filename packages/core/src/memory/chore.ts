import type { Clock } from '../clock.js';

/** What is done in the background, a portion at a time. */
export interface Chore {
  /** Called when there may be something to do later; costs nothing when it was called before. */
  start(): void;
  stop(): void;
}

const TICK_MS = 1000;

/**
 * Calls `work` every second for as long as it returns `'later'`, and again at once when it returns `'more'`. One
 * timer of the clock for all; it does not keep the process alive.
 */
export function createChore(clock: Clock, work: () => 'done' | 'later' | 'more'): Chore {
  let cancel: (() => void) | undefined;

  function run(): void {
    cancel = undefined;
    const left = work();
    if (left !== 'done') arm(left === 'more' ? 0 : TICK_MS);
  }

  function arm(ms: number): void {
    cancel ??= clock.after(ms, run);
  }

  return {
    start: () => arm(TICK_MS),
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
