import type { Clock } from '../clock.js';

/** Keys whose load has failed a moment ago: while a stale value stands in for it, it is left alone. */
export interface Retries {
  isPaused(key: string): boolean;
  pause(key: string, ms: number): void;
  resume(key: string): void;
}

const MAX_KEYS = 10_000;

export function createRetries(clock: Clock): Retries {
  const paused = new Map<string, number>();
  return {
    isPaused(key) {
      const until = paused.get(key);
      if (until === undefined || clock.now() < until) return until !== undefined;
      paused.delete(key);
      return false;
    },
    pause(key, ms) {
      paused.delete(key);
      paused.set(key, clock.now() + ms);
      if (paused.size > MAX_KEYS) for (const oldest of paused.keys()) return void paused.delete(oldest);
    },
    resume: (key) => void paused.delete(key),
  };
}
