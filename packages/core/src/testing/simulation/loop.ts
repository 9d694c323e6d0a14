import type { Clock } from '../../clock.js';

/** A process of the simulation, as far as time is concerned. */
export interface Owner {
  /** Its event loop stands still until then: what falls due meanwhile happens afterwards. */
  stalledUntil: number;
  /** Nothing of it happens any more. */
  isDead: boolean;
}

/** Virtual time: everything that happens does so in a task of this loop, one after the other, at its moment. */
export interface Loop {
  readonly now: number;
  after(ms: number, owner: Owner | undefined, run: () => void): () => void;
  /** Runs what falls due until then, and lets all promises settle after each task. */
  run(until: number): Promise<void>;
}

interface Task {
  at: number;
  readonly order: number;
  readonly owner: Owner | undefined;
  readonly run: () => void;
  isOff: boolean;
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export function createLoop(start: number): Loop {
  const tasks: Task[] = [];
  let now = start;
  let order = 0;

  // Few tasks wait at a time: a sorted list is the fastest queue.
  function insert(task: Task): void {
    let at = tasks.length;
    while (at > 0 && isBefore(task, tasks[at - 1]!)) at--;
    tasks.splice(at, 0, task);
  }

  async function step(task: Task): Promise<void> {
    now = Math.max(now, task.at);
    const { owner } = task;
    if (task.isOff || owner?.isDead === true) return;
    if (owner !== undefined && owner.stalledUntil > now)
      return insert(Object.assign(task, { at: owner.stalledUntil }));
    task.run();
    await settle();
  }

  return {
    get now() {
      return now;
    },
    after(ms, owner, run) {
      const task: Task = { at: now + Math.max(0, ms), order: order++, owner, run, isOff: false };
      insert(task);
      return () => void (task.isOff = true);
    },
    async run(until) {
      await settle();
      while (tasks.length > 0 && tasks[0]!.at <= until) await step(tasks.shift()!);
      now = Math.max(now, until);
    },
  };
}

function isBefore(one: Task, other: Task): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** The clock of one process: it is `skew` milliseconds off, and runs at the right speed. */
export function clockOf(loop: Loop, owner: Owner, skew: number): Clock {
  return {
    now: () => Math.floor(loop.now + skew),
    after: (ms, run) => loop.after(ms, owner, run),
  };
}

/** Numbers that look random and are the same for the same seed (mulberry32): 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
