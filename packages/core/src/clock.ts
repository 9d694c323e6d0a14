import { performance } from 'node:perf_hooks';

/** Where the cache gets its time from. Tests hand in `fakeClock()` of `@shelflife/core/testing`. */
export interface Clock {
  /** Whole Unix milliseconds that never step back. */
  now(): number;
  /** Runs `task` once, `ms` milliseconds from now, unless the returned function is called first. */
  after(ms: number, task: () => void): () => void;
}

/**
 * The time of this machine. It advances with the monotonic clock, so that a wall clock that is set back or
 * forward neither revives nor kills a stored response; its timers do not keep the process alive.
 */
export const systemClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  after(ms, task) {
    let turn: NodeJS.Immediate | undefined;
    // After a stall of the event loop timers come first: what arrived in time is to be read before it counts as late.
    const timer = setTimeout(() => (turn = setImmediate(task)), ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(turn);
    };
  },
};
