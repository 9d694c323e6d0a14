import type { Clock } from '../clock.js';
import type { Follower, PageState } from './follower.js';
import type { LogReader } from './reader.js';
import type { Outbox } from './outbox.js';
import type { InvalidationTable } from './table.js';
import { ALL } from './tags.js';

/** What a tail needs. */
export interface TailOptions {
  readonly clock: Clock;
  readonly reader: LogReader;
  readonly follower: Follower;
  readonly table: InvalidationTable;
  readonly outbox: Outbox;
  /** Milliseconds a read waits for something new. */
  readonly waitMs: number;
  /** 0 to 1. */
  readonly random: () => number;
  failed(error: unknown): void;
  succeeded(): void;
}

/** Milliseconds beyond its waiting that a read may take. */
const ANSWER_MS = 1000;
/** After records came: under load one read then brings many. */
const COOL_DOWN_MS = 5;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** So that of many processes which meet the same damage one mends it, and the others see that. */
const JITTER_MS = 50;

/** Reads the log again and again, mends what it finds damaged, and pauses when it cannot be reached. Returns how to stop. */
export function startTail(options: TailOptions): () => void {
  const { clock, reader, follower, random } = options;
  let failures = 0;
  let stopped = false;
  let wake = (): void => {};

  // In words of its own, since it changes while the loop waits.
  const isStopped = (): boolean => stopped;

  async function run(): Promise<void> {
    while (!isStopped()) {
      try {
        await round();
      } catch (error) {
        if (stopped) return;
        options.failed(error);
        await pause(Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS) * (0.5 + random() / 2));
      }
    }
  }

  async function round(): Promise<void> {
    const before = follower.position;
    const { waitMs } = options;
    const state = await reader.read(reader.isLoaded ? waitMs : 0, waitMs + ANSWER_MS);
    failures = 0;
    options.succeeded();
    if (state === 'good' || state === 'more') await tellLost();
    else await mend(state);
    if (state === 'good' && follower.position > before) await pause(COOL_DOWN_MS);
  }

  /** The log is gone, or shorter than what this process read. */
  async function mend(seen: PageState): Promise<void> {
    // What the next read says is newer; what happens until then is noted anew.
    if (seen === 'lost') follower.takeLoss();
    if (follower.position > 0) await pause(random() * JITTER_MS);
    if (stopped) return;
    // By now another process may have mended it.
    const state = await reader.read(0, ANSWER_MS);
    if (state === 'missing') await options.outbox.add([ALL], 'remove', 'primary');
    else await tellLost();
  }

  /** Tells the log what this process knows and the log lost. */
  async function tellLost(): Promise<void> {
    const loss = follower.takeLoss();
    if (loss === undefined) return;
    for (const mode of ['remove', 'stale'] as const) {
      const names = options.table.between(loss.from, loss.to, mode);
      if (names.length > 0) await options.outbox.add(names, mode, 'primary');
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  void run();
  return () => {
    stopped = true;
    wake();
  };
}
