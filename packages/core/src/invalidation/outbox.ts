import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';
import type { InvalidationMode } from './log.js';
import type { Pending } from './pending.js';
import { ALL } from './tags.js';
import type { Appended, Durability, LogRecord } from './transport.js';

/** What waits to be acknowledged by the log. */
export interface Outbox {
  /** Sends an invalidation; see `InvalidationLog.append`. */
  add(names: readonly string[], mode: InvalidationMode, durability: Durability): Promise<number>;
  /** Waits for what is on its way, and sends what failed once more. */
  close(): Promise<void>;
}

/** What an outbox needs. */
export interface OutboxOptions {
  readonly clock: Clock;
  readonly pending: Pending;
  /** Milliseconds for which an invalidation that failed is tried again before its caller is told. */
  readonly retryFor: number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Sends one record; takes no longer than a deadline. */
  send(names: readonly string[], mode: InvalidationMode, durability: Durability): Promise<Appended>;
  /** The log has it. */
  arrived(record: LogRecord): void;
}

/** An invalidation until the log has it. Its names are pending all that time, also when its caller was told that it failed. */
interface Letter {
  readonly names: readonly string[];
  readonly mode: InvalidationMode;
  readonly durability: Durability;
  readonly expiresAt: number;
  /** Takes its names out of what is pending. */
  readonly release: () => void;
  readonly resolve: (position: number) => void;
  readonly reject: (error: ShelflifeError) => void;
}

/** More records than this are not on their way at the same time: what comes then goes together. */
const MAX_SENDING = 64;
/** More letters than this become one that says "everything". */
const MAX_WAITING = 1000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/**
 * Keeps invalidations until the log has them. What fails is sent again, all of it in one record a mode: the same
 * invalidation twice does no harm, but a process must not go on with one that nobody else knows of.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, pending, random } = options;
  const sending = new Set<Promise<void>>();
  let waiting: readonly Letter[] = [];
  let pauseMs = FIRST_PAUSE_MS;
  let cancelRetry: (() => void) | undefined;
  let closed = false;

  function add(names: readonly string[], mode: InvalidationMode, durability: Durability): Promise<number> {
    return new Promise((resolve, reject) => {
      const release = pending.add(names, mode, clock.now());
      const expiresAt = clock.now() + options.retryFor;
      const letter = { names, mode, durability, expiresAt, release, resolve, reject };
      if (sending.size < MAX_SENDING) deliver([letter]);
      else wait([letter]);
    });
  }

  function wait(letters: readonly Letter[]): void {
    waiting = [...waiting, ...letters];
    if (waiting.length > MAX_WAITING) waiting = [everything(waiting)];
  }

  /** So many failed that it is simpler, and safe, to invalidate all there is. */
  function everything(letters: readonly Letter[]): Letter {
    const release = pending.add([ALL], 'remove', clock.now());
    for (const letter of letters) giveUp(letter, new Error('too many invalidations wait to be acknowledged'));
    for (const letter of letters) letter.release();
    return { ...letters.at(-1)!, names: [ALL], mode: 'remove', durability: 'primary', release };
  }

  /** Sends letters of one mode as one record. */
  function deliver(letters: readonly Letter[]): void {
    const attempt = send(letters).then(
      () => void (pauseMs = FIRST_PAUSE_MS),
      (error: unknown) => fail(letters, error),
    );
    const ended = attempt.finally(() => {
      sending.delete(ended);
      if (cancelRetry === undefined) deliverWaiting();
    });
    sending.add(ended);
  }

  async function send(letters: readonly Letter[]): Promise<void> {
    const { mode } = letters[0]!;
    const names = [...new Set(letters.flatMap((letter) => letter.names))];
    const durability = letters.some((letter) => letter.durability === 'replicated')
      ? 'replicated'
      : 'primary';
    const { id, previous, replicated } = await options.send(names, mode, durability);
    options.arrived({ id, previous, names, mode });
    const isEnough = (letter: Letter): boolean => letter.durability === 'primary' || replicated === true;
    for (const letter of letters.filter(isEnough)) {
      letter.release();
      letter.resolve(id);
    }
    const rest = letters.filter((letter) => !isEnough(letter));
    if (rest.length > 0) fail(rest, new Error('the server has it, but no replica said so in time'));
  }

  function fail(letters: readonly Letter[], error: unknown): void {
    const now = clock.now();
    for (const letter of letters) if (closed || letter.expiresAt <= now) giveUp(letter, error);
    wait(letters);
    if (!closed) cancelRetry ??= clock.after(nextPause(), retry);
  }

  function nextPause(): number {
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return pauseMs * (0.5 + random() / 2);
  }

  function retry(): void {
    cancelRetry = undefined;
    deliverWaiting();
  }

  function deliverWaiting(): void {
    const letters = waiting;
    waiting = [];
    for (const mode of ['remove', 'stale'] as const) {
      const some = letters.filter((letter) => letter.mode === mode);
      if (some.length > 0) deliver(some);
    }
  }

  return {
    add,
    async close() {
      await Promise.all(sending);
      closed = true;
      cancelRetry?.();
      deliverWaiting();
      await Promise.all(sending);
      for (const letter of waiting) giveUp(letter, new Error('the cache was closed'));
    },
  };
}

/** Tells the caller; the letter itself goes on. Once settled, a promise does not mind being settled again. */
function giveUp(letter: Letter, cause: unknown): void {
  const why = cause instanceof Error ? cause.message : String(cause);
  letter.reject(
    new ShelflifeError(
      'ERR_NOT_ACKNOWLEDGED',
      `The invalidation is in effect in this process, but the log did not acknowledge it: ${why}`,
      { cause },
    ),
  );
}
