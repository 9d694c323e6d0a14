import type { Clock } from '../../clock.js';
import { ShelflifeError } from '../../errors.js';
import { bytesOf, valueOf } from '../copies.js';
import type { WriteQueue } from './queue.js';

/** What is to be written: a new value, or none any more. */
export type Write<Id, T> =
  | { readonly id: Id; readonly value: T; readonly deleted?: never }
  | { readonly id: Id; readonly deleted: true; readonly value?: never };

/** What writes in the background need. */
export interface WriteBehindOptions<Id, T> {
  readonly queue: WriteQueue;
  readonly clock: Clock;
  /** Tells writes apart that must keep their order: one key, one after the other. */
  readonly keyOf: (id: Id) => string;
  /** Applies writes of different keys. Resolves to the errors of those that failed, at their places; rejects when all did. */
  readonly apply: (writes: readonly Write<Id, T>[]) => Promise<readonly unknown[]>;
  /** Told of every batch when its writes are applied or given up, before look-ups stop seeing them as pending. Never rejects. */
  readonly applied: (writes: readonly Write<Id, T>[]) => Promise<void>;
  /** Told of a write that failed too often; it has been buried in the queue. */
  readonly gaveUp: (write: Write<Id, T>, error: unknown) => void;
  /** Milliseconds that writes are collected. */
  readonly delay: number;
  readonly batchSize: number;
  /** How often a write is tried before it is given up. */
  readonly attempts: number;
  /** Keys with a pending write; more are refused. */
  readonly maxPending: number;
}

/** Writes that are acknowledged as soon as they outlive a crash, and applied later. */
export interface WriteBehind<Id, T> {
  /** @throws ShelflifeError `ERR_QUEUE` (as a rejection) when the write was not taken. */
  add(write: Write<Id, T>): Promise<void>;
  /** The newest acknowledged write of a key that is not applied yet; its value is a copy. */
  pending(key: string): Write<Id, T> | undefined;
  /** Resolves when the writes that a crash has left behind are known. */
  readonly ready: Promise<void>;
  readonly size: number;
  /** Applies what can be applied within `limit` milliseconds; the rest stays in the queue. */
  close(limit: number): Promise<void>;
}

/** The acknowledged writes of one key, of which only the newest is applied. */
interface Entry {
  readonly key: string;
  bytes: Uint8Array;
  seqs: number[];
  attempts: number;
  notBefore: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;

export function createWriteBehind<Id, T>(options: WriteBehindOptions<Id, T>): WriteBehind<Id, T> {
  const { queue, clock, keyOf } = options;
  const entries = new Map<string, Entry>();
  let adding = 0;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let isClosed = false;
  let idlers: (() => void)[] = [];
  const ready = recover();
  // Whoever waits for it hears of it.
  ready.catch(() => undefined);

  async function recover(): Promise<void> {
    for (const { seq, bytes } of await queue.open()) note(seq, bytes);
    if (entries.size > 0) schedule(0);
  }

  function note(seq: number, bytes: Uint8Array): void {
    const key = keyOf(writeOf(bytes).id);
    const known = entries.get(key);
    if (known === undefined) {
      entries.set(key, { key, bytes, seqs: [seq], attempts: 0, notBefore: 0 });
      return;
    }
    known.seqs.push(seq);
    known.bytes = bytes;
  }

  function schedule(ms: number): void {
    if (cancel !== undefined || running !== undefined || isClosed) return;
    cancel = clock.after(ms, start);
  }

  function start(): void {
    stopTimer();
    running ??= flushOnce();
  }

  async function flushOnce(): Promise<void> {
    await flush();
    running = undefined;
    scheduleNext();
  }

  function stopTimer(): void {
    cancel?.();
    cancel = undefined;
  }

  function scheduleNext(): void {
    if (entries.size === 0) return release();
    const next = Math.min(...[...entries.values()].map(({ notBefore }) => notBefore));
    schedule(Math.max(options.delay, next - clock.now()));
  }

  function release(): void {
    for (const resolve of idlers) resolve();
    idlers = [];
  }

  function due(): readonly Entry[] {
    const all: Entry[] = [];
    for (const entry of entries.values()) {
      if (entry.notBefore <= clock.now()) all.push(entry);
      if (all.length >= options.batchSize) break;
    }
    return all;
  }

  async function flush(): Promise<void> {
    for (let batch = due(); batch.length > 0; batch = due()) {
      // What comes from now on is a write of its own.
      const taken = batch.map((entry) => ({ entry, bytes: entry.bytes, seqs: [...entry.seqs] }));
      const writes = taken.map(({ bytes }) => writeOf(bytes));
      const errors = await applyAll(writes);
      const settled: {
        readonly entry: Entry;
        readonly seqs: readonly number[];
        readonly write: Write<Id, T>;
      }[] = [];
      for (const [at, { entry, bytes, seqs }] of taken.entries()) {
        const write = writes[at]!;
        if (errors[at] === undefined || (await isGivenUp(entry, bytes, write, errors[at])))
          settled.push({ entry, seqs, write });
      }
      if (settled.length === 0) continue;
      await options.applied(settled.map(({ write }) => write));
      for (const { entry, seqs } of settled) forget(entry, seqs.length);
      await queue.done(settled.flatMap(({ seqs }) => seqs)).catch(() => undefined);
    }
  }

  async function applyAll(writes: readonly Write<Id, T>[]): Promise<readonly unknown[]> {
    try {
      return await options.apply(writes);
    } catch (error) {
      return writes.map(() => error);
    }
  }

  /** Whether a write that failed once more is not tried again. */
  async function isGivenUp(
    entry: Entry,
    bytes: Uint8Array,
    write: Write<Id, T>,
    error: unknown,
  ): Promise<boolean> {
    entry.attempts++;
    entry.notBefore = clock.now() + pauseAfter(entry.attempts);
    if (entry.attempts < options.attempts) return false;
    try {
      await queue.bury(bytes);
    } catch {
      return false;
    }
    options.gaveUp(write, error);
    return true;
  }

  function forget(entry: Entry, applied: number): void {
    entry.seqs = entry.seqs.slice(applied);
    entry.attempts = 0;
    entry.notBefore = 0;
    if (entry.seqs.length === 0) entries.delete(entry.key);
  }

  return {
    ready,
    get size() {
      return entries.size;
    },
    async add(write) {
      await ready;
      if (isClosed) throw new ShelflifeError('ERR_QUEUE', 'the source is closed.');
      if (entries.size + adding >= options.maxPending)
        throw new ShelflifeError('ERR_QUEUE', `${options.maxPending} writes are pending already.`);
      const bytes = bytesOf(write);
      if (bytes === undefined) throw new ShelflifeError('ERR_QUEUE', 'the value cannot be copied.');
      adding++;
      try {
        note(await queue.add(bytes), bytes);
      } finally {
        adding--;
      }
      schedule(options.delay);
    },
    pending(key) {
      const entry = entries.get(key);
      return entry && writeOf(entry.bytes);
    },
    async close(limit) {
      await ready.catch(() => undefined);
      if (isClosed) return;
      for (const entry of entries.values()) entry.notBefore = 0;
      // Not by the clock, whose timers do not keep a process alive.
      start();
      const idle = new Promise<void>((resolve) => idlers.push(resolve));
      const stop = clock.after(limit, release);
      if (entries.size > 0 || running !== undefined) await idle;
      stop();
      isClosed = true;
      stopTimer();
      await queue.close();
    },
  };

  function writeOf(bytes: Uint8Array): Write<Id, T> {
    return valueOf(bytes) as Write<Id, T>;
  }
}

/** With a part left to chance, so that processes which failed together do not come back together. */
function pauseAfter(attempts: number): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  return pause * (0.75 + Math.random() / 4);
}
