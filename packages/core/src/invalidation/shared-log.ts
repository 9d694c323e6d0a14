import type { Clock } from '../clock.js';
import { within } from '../store/deadline.js';
import { createConfirmer } from './confirmer.js';
import { createFollower } from './follower.js';
import type { InvalidationLog, LogHealth } from './log.js';
import { createOutbox } from './outbox.js';
import { createPending } from './pending.js';
import type { Applied } from './process-log.js';
import { createLogReader } from './reader.js';
import { createInvalidationTable, type InvalidationTable } from './table.js';
import { startTail } from './tail.js';
import type { LogTransport } from './transport.js';
import { createTrust, type Trust } from './trust.js';

/** What a shared log needs. */
export interface SharedLogOptions {
  readonly transport: LogTransport;
  readonly clock: Clock;
  /** Milliseconds; 0: every use of what is stored asks the log first. */
  readonly maxStaleness: number;
  /** Milliseconds for which an invalidation that failed is tried again before its caller is told. Default 0. */
  readonly retryFor?: number;
  /** Milliseconds that a request waits for the log at most. Default 50. */
  readonly deadline?: number;
  readonly applied?: Applied;
  /** Told when the log cannot be reached, with the reason, when it can again, and when records were missing. */
  readonly changed?: (change: LogChange, error?: unknown) => void;
  /** 0 to 1, for pauses that differ between processes. Default `Math.random`. */
  readonly random?: () => number;
}

/** What became of the log: out of reach, back, or some of its records were missing. */
export type LogChange = 'down' | 'live' | 'gap';

/** What a shared log is made of; tests put wrong parts in. */
export interface SharedLogParts {
  readonly table: InvalidationTable;
  readonly trust: Trust;
}

const LONGEST_WAIT_MS = 1000;
const SEND_LIMIT_MS = 1000;
/** So many questions in a row without an answer in time mean that a log that was read before is out of reach: one may be late. */
const UNANSWERED = 5;

/**
 * The invalidation log of many processes: each follows one sequence of records by its transport. All rules are
 * here and in the files beside it; the transport only adds and reads.
 *
 * Guarantee: what this log calls valid when `confirm()` allows it came from a handler that began after every
 * invalidation that was acknowledged more than `maxStaleness` ago, whatever is lost, late, doubled or restarted.
 * It assumes that the sequence has one order and keeps what it acknowledged. A server that takes over must give ids
 * above those it never saw: its clock is not behind by more than the time it took to take over. What it lost that
 * no replica had comes back when a process that had read it reads again.
 */
export function createSharedLog(options: SharedLogOptions, parts?: Partial<SharedLogParts>): InvalidationLog {
  const { transport, clock, maxStaleness, retryFor = 0, deadline = 50, random = Math.random } = options;
  const { table = createInvalidationTable(), trust = createTrust(clock, maxStaleness) } = parts ?? {};
  const pending = createPending();
  const follower = createFollower(clock, table, options.applied);
  const reader = createLogReader({
    transport,
    clock,
    follower,
    trust,
    missed: () => options.changed?.('gap'),
  });
  let isDown = false;
  let closed = false;
  let unanswered = 0;

  const outbox = createOutbox({
    clock,
    pending,
    retryFor,
    random,
    send: (names, mode, durability) =>
      within(clock, SEND_LIMIT_MS, () => transport.append({ names, mode }, follower.known, durability)),
    arrived: (record) => follower.applyOwn(record),
  });

  const stop = startTail({
    clock,
    reader,
    follower,
    table,
    outbox,
    waitMs: maxStaleness === 0 ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, Math.ceil(maxStaleness / 4)),
    random,
    failed,
    succeeded,
  });

  const confirmer = createConfirmer(clock, deadline, async () => {
    try {
      for (;;) {
        const state = await reader.read(0, deadline);
        unanswered = 0;
        if (state !== 'more') return state === 'good';
      }
    } catch (error) {
      if (!reader.isLoaded || ++unanswered >= UNANSWERED) failed(error);
      return false;
    }
  });

  function failed(error: unknown): void {
    if (!isDown && !closed) options.changed?.('down', error);
    isDown = true;
  }

  function succeeded(): void {
    if (isDown) options.changed?.('live');
    isDown = false;
    unanswered = 0;
  }

  return {
    id: transport.id,
    get position() {
      return follower.position;
    },
    maxStaleness,
    append: (names, mode, durability = 'primary') => outbox.add(names, mode, durability),
    staleSince: (filled, names) => Math.min(pending.staleSince(names), follower.staleSince(filled, names)),
    confirm(token = 0) {
      if (trust.isGood && token <= follower.position) return undefined;
      // The tail asks on behalf of all: while it gets no answer, no request waits for one.
      return closed || isDown ? Promise.resolve(false) : confirmer.confirm();
    },
    get health() {
      return { state: stateNow(), lagMs: clock.now() - trust.sentAt, gaps: follower.gaps };
    },
    async close() {
      closed = true;
      stop();
      await outbox.close();
      await transport.close();
    },
  };

  function stateNow(): LogHealth['state'] {
    if (isDown) return 'down';
    return trust.isGood || (maxStaleness === 0 && reader.isLoaded) ? 'live' : 'lagging';
  }
}
