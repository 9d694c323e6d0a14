import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../clock.js';
import type { Emitter } from '../events.js';
import { fieldValue } from '../http/fields.js';
import type { Headers, RequestView } from '../http/message.js';
import type { KeyPlan } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Found } from './storage.js';

/** Refreshes stale responses behind the back of the requests that are answered with them. */
export interface Refresher {
  /**
   * Sees to it that a stale response is refreshed: true when it is being refreshed, or was tried a moment ago.
   * False when this host or this rule cannot do it without a user's request, or when what came back last time was
   * something else, such as a 401: then a request must do it.
   */
  start(view: RequestView, rule: ResolvedRule, plan: KeyPlan, found: Found): boolean;
  /** Whether a refresh of this key was started and nothing was stored since. */
  isRunning(key: string): boolean;
  /** Another process refreshes it: what runs here has not failed, and is tried again after a pause. */
  yield(key: string): void;
  /** Makes the next attempt for this key wait: its handler has just failed. */
  pause(key: string): void;
  isPaused(key: string): boolean;
  /** Whether what came back last time was something else: then only a request can refresh it. */
  isUnreachable(key: string): boolean;
  /** Something new was stored: the next attempt need not wait. */
  resume(key: string): void;
  /** Ends what runs. */
  close(): void;
}

/** A refresh under way. */
interface Attempt {
  readonly abort: AbortController;
  /** Something new was stored since it began. */
  isStored: boolean;
  /** Its handler failed. */
  isFailed: boolean;
  /** Another process does it. */
  isYielded: boolean;
}

// Nothing of the request that met the stale response may reach the refresh, its async context neither: this one
// is made when the module is loaded, so that a cache made inside of a request does not bring that one's.
const OUTSIDE = new AsyncResource('ShelflifeRefresh', { requireManualDestroy: true });

const PAUSE_MS = 1000;
const DEADLINE_MS = 30_000;
/** More refreshes at once than this wait for the next request that meets their stale response. */
const MAX_RUNNING = 64;
const MAX_KEYS = 10_000;

/** `started` counts. */
export function createRefresher(clock: Clock, events: Emitter, started: () => void): Refresher {
  const running = new Map<string, Attempt>();
  const paused = new Map<string, number>();
  // Keys whose refresh was answered with something else: a 401, or the answer to another key.
  const unreachable = new Set<string>();

  function isPaused(key: string): boolean {
    const until = paused.get(key);
    if (until === undefined) return false;
    if (clock.now() < until) return true;
    paused.delete(key);
    return false;
  }

  function pause(key: string): void {
    paused.delete(key);
    paused.set(key, clock.now() + PAUSE_MS);
    if (paused.size > MAX_KEYS) for (const oldest of paused.keys()) return void paused.delete(oldest);
  }

  async function run(view: RequestView, plan: KeyPlan, found: Found): Promise<void> {
    const attempt: Attempt = {
      abort: new AbortController(),
      isStored: false,
      isFailed: false,
      isYielded: false,
    };
    const cancel = clock.after(DEADLINE_MS, () => attempt.abort.abort());
    running.set(found.key, attempt);
    const { url } = plan;
    events.emit('refresh', { url });
    const { status, ...failure } = await enter(view, plan, found, attempt.abort.signal);
    cancel();
    running.delete(found.key);
    unreachable.delete(found.key);
    if (attempt.isStored) return;
    pause(found.key);
    if (attempt.isYielded) return;
    if (!attempt.isFailed && status !== undefined && status < 500) remember(found.key);
    events.emit('refresh-failed', { url, ...failure });
  }

  function remember(key: string): void {
    unreachable.add(key);
    if (unreachable.size > MAX_KEYS) for (const oldest of unreachable) return void unreachable.delete(oldest);
  }

  return {
    start(view, rule, plan, found) {
      // A user context cannot be made up.
      if (view.reenter === undefined || rule.by !== undefined) return false;
      if (running.has(found.key) || isPaused(found.key)) return true;
      if (unreachable.has(found.key)) return false;
      if (running.size >= MAX_RUNNING) return true;
      started();
      OUTSIDE.runInAsyncScope(() => void run(view, plan, found));
      return true;
    },
    isRunning: (key) => running.get(key)?.isStored === false,
    yield(key) {
      const attempt = running.get(key);
      if (attempt !== undefined) attempt.isYielded = true;
    },
    pause(key) {
      pause(key);
      const attempt = running.get(key);
      if (attempt !== undefined) attempt.isFailed = true;
    },
    isPaused,
    isUnreachable: (key) => unreachable.has(key),
    resume(key) {
      paused.delete(key);
      const attempt = running.get(key);
      if (attempt !== undefined) attempt.isStored = true;
    },
    close() {
      for (const { abort } of running.values()) abort.abort();
    },
  };
}

/** Sends the request of a refresh; what it ended with when that was no answer. */
async function enter(
  view: RequestView,
  plan: KeyPlan,
  found: Found,
  signal: AbortSignal,
): Promise<{ readonly status?: number | void; readonly error?: unknown }> {
  const { authority, scheme } = view;
  const headers = keyedHeaders(view, plan, found);
  try {
    return { status: await view.reenter?.({ url: plan.url, authority, scheme, headers, signal }) };
  } catch (error) {
    return { error };
  }
}

/** The request headers that the key covers, and no others. */
function keyedHeaders({ headers }: RequestView, plan: KeyPlan, found: Found): Headers {
  const keyed: Record<string, string> = {};
  for (const name of [...plan.headerNames, ...found.varyNames]) {
    const value = fieldValue(headers, name);
    if (value !== undefined) keyed[name] = value;
  }
  return plan.cookies === undefined || plan.cookies === '' ? keyed : { ...keyed, cookie: plan.cookies };
}
