import type { Clock } from '../clock.js';
import { optionError } from '../errors.js';

/** A clock that stands still until it is told to advance. */
export interface FakeClock extends Clock {
  /**
   * Moves the time by `ms` milliseconds and runs the tasks that fall due on the way, in order, each at its own
   * time; also those that these tasks start. Promises are not awaited in between.
   */
  advance(ms: number): void;
  /** How many tasks wait for their time. */
  readonly pending: number;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A fake clock that starts at `startAt`, Unix milliseconds. Default: the first moment of 2026, UTC. */
export function fakeClock(startAt: number = Date.UTC(2026, 0, 1)): FakeClock {
  const tasks = new Set<Task>();
  let now = startAt;

  function nextUntil(end: number): Task | undefined {
    let next: Task | undefined;
    for (const task of tasks) if (task.at <= end && (next === undefined || task.at < next.at)) next = task;
    return next;
  }

  return {
    now: () => now,
    after(ms, run) {
      const task = { at: now + Math.max(0, ms), run };
      tasks.add(task);
      return () => void tasks.delete(task);
    },
    advance(ms) {
      if (!(ms >= 0)) throw optionError('advance', 'milliseconds that do not step back', ms);
      const end = now + ms;
      for (let task = nextUntil(end); task !== undefined; task = nextUntil(end)) {
        tasks.delete(task);
        now = task.at;
        task.run();
      }
      now = end;
    },
    get pending() {
      return tasks.size;
    },
  };
}
