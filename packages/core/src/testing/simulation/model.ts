import { type Found, type Step, tryAll } from './try-all.js';

/**
 * The protocol of the shared log once more, as small as it can be said: one process with one entry, others that
 * invalidate, a log that can be damaged once. All that can happen, in every order, is tried; what must hold is
 * checked in every state. It is the specification that `invalidation/*` carries out.
 */

/** What is left out or done wrongly. */
export type Mistake =
  | 'stamps when it stores'
  | 'compares nothing'
  | 'no window'
  | 'window from the answer'
  | 'overwrites'
  | 'missing is nothing'
  | 'no predecessors'
  | 'joins any flight';

/** `concerns`: 1 for the name of the entry, 0 for another one. */
type LogRecord = readonly [id: number, previous: number, concerns: 0 | 1];

interface Invalidation {
  readonly id: number;
  /** Handlers that begin after it read this version or a later one. */
  readonly version: number;
  readonly isOwn: boolean;
  /** -1: not acknowledged. */
  readonly ackedAt: number;
}

interface State {
  readonly now: number;
  readonly version: number;
  /** Ids grow, whatever becomes of the log. */
  readonly lastId: number;
  readonly log: readonly LogRecord[];
  readonly damages: number;
  readonly others: number;
  readonly reads: number;
  readonly handlers: number;
  readonly invalidations: readonly Invalidation[];
  // The process:
  readonly position: number;
  readonly floor: number;
  /** When its one name was last invalidated. */
  readonly mark: number;
  readonly readAt: number;
  readonly entry: readonly [position: number, version: number] | null;
  /** A handler at work, and since when a request waits for it. */
  readonly flight: readonly [position: number, version: number, joinedAt: number] | null;
  readonly read: { readonly sentAt: number; readonly after: number; readonly page: Page | null } | null;
}

interface Page {
  readonly records: readonly LogRecord[];
  readonly last: number;
}

/** The scope: ticks of time, ticks of staleness allowed, and how often each thing may happen. */
export interface Scope {
  readonly ticks: number;
  readonly maxStaleness: number;
  readonly invalidations: number;
  readonly damages: number;
  /** Invalidations of another name. */
  readonly others: number;
  readonly reads: number;
  readonly handlers: number;
}

const NEVER = -99;
const NOBODY = -1;

const FIRST: State = {
  now: 0,
  version: 0,
  lastId: 1,
  log: [[1, 0, 1]],
  damages: 0,
  others: 0,
  reads: 0,
  handlers: 0,
  invalidations: [],
  position: 0,
  floor: 0,
  mark: 0,
  readAt: NEVER,
  entry: null,
  flight: null,
  read: null,
};

/** Tries everything within the scope. */
export function search(scope: Scope, mistake?: Mistake): Found {
  return tryAll(
    FIRST,
    (state) => stepsOf(state, scope, mistake),
    (state) => servesWrongly(state, scope, mistake),
  );
}

function* stepsOf(state: State, scope: Scope, mistake?: Mistake): Generator<Step<State>> {
  yield* world(state, scope, mistake);
  yield* reading(state, scope, mistake);
  yield* answering(state, scope, mistake);
}

/** Time, writers, and what becomes of the server. */
function* world(state: State, scope: Scope, mistake?: Mistake): Generator<Step<State>> {
  const { now, log, lastId, version, invalidations } = state;
  if (now < scope.ticks) yield ['time passes', { ...state, now: now + 1 }];
  if (invalidations.length < scope.invalidations) {
    for (const isOwn of [true, false]) {
      const id = lastId + 1;
      const made = { id, version: version + 1, isOwn, ackedAt: -1 };
      const appended = {
        ...state,
        version: version + 1,
        lastId: id,
        log: [...log, [id, lastOf(log), 1] as const],
      };
      yield [
        isOwn ? 'invalidates' : 'another invalidates',
        { ...appended, invalidations: [...invalidations, made] },
      ];
    }
  }
  if (state.others < scope.others)
    yield [
      'another name is invalidated',
      { ...state, others: state.others + 1, lastId: lastId + 1, log: [...log, [lastId + 1, lastOf(log), 0]] },
    ];
  for (const [at, made] of invalidations.entries()) {
    if (made.ackedAt >= 0) continue;
    const acked = { ...state, invalidations: invalidations.with(at, { ...made, ackedAt: now }) };
    // Its own names are marked with the acknowledgement; the position waits for the read.
    yield [`${made.id} is acknowledged`, made.isOwn ? marked(acked, made.id, mistake) : acked];
  }
  if (state.damages < scope.damages) {
    const damaged = { ...state, damages: state.damages + 1 };
    yield ['the log is evicted', { ...damaged, log: [] }];
    yield ['the log is trimmed', { ...damaged, log: log.slice(-1) }];
    yield [
      'the process starts anew',
      { ...damaged, position: 0, floor: 0, mark: 0, readAt: NEVER, entry: null, flight: null, read: null },
    ];
  }
}

/** Reads of the log: sent, carried out and answered at different times, or lost. */
function* reading(state: State, scope: Scope, mistake?: Mistake): Generator<Step<State>> {
  const { read, now, position, log } = state;
  if (read === null) {
    if (state.reads < scope.reads)
      yield [
        'sends a read',
        { ...state, reads: state.reads + 1, read: { sentAt: now, after: position, page: null } },
      ];
    return;
  }
  yield ['a read is lost', { ...state, read: null }];
  if (read.page === null) {
    const page = { records: log.filter(([id]) => id > read.after), last: lastOf(log) };
    yield ['the read is carried out', { ...state, read: { ...read, page } }];
  } else
    yield [
      'the read is answered',
      applied({ ...state, read: null }, read.sentAt, read.after, read.page, mistake),
    ];
}

function applied(state: State, sentAt: number, after: number, page: Page, mistake?: Mistake): State {
  let next = state;
  let previousId = after;
  for (const [id, previous, concerns] of page.records) {
    const named = mistake === 'no predecessors' ? previousId : previous;
    next = taken(next, [id, named, concerns], mistake);
    previousId = id;
  }
  const end = Math.max(page.last, ...page.records.map(([id]) => id));
  const readAt = Math.max(next.readAt, mistake === 'window from the answer' ? state.now : sentAt);
  if (end >= Math.max(after, 1) || mistake === 'missing is nothing') return { ...next, readAt };
  // There is no log, or less of it than was read: a new record says so to all. (Mending is not told apart here.)
  const id = next.lastId + 1;
  const record: LogRecord = [id, lastOf(next.log), 1];
  return { ...taken({ ...next, lastId: id, log: [...next.log, record] }, [id, 0, 1], mistake), floor: id };
}

function taken(state: State, [id, previous, concerns]: LogRecord, mistake?: Mistake): State {
  if (id <= state.position) return state;
  const isLinked = previous === state.position && state.position > 0;
  const isForgiven = mistake === 'no predecessors' || (mistake === 'missing is nothing' && previous === 0);
  const floor =
    isLinked || isForgiven ? state.floor : Math.max(state.floor, previous > state.position ? previous : id);
  return { ...(concerns === 1 ? marked(state, id, mistake) : state), position: id, floor };
}

function marked(state: State, id: number, mistake?: Mistake): State {
  return { ...state, mark: mistake === 'overwrites' ? id : Math.max(state.mark, id) };
}

/** Handlers, and the requests that wait for them. */
function* answering(state: State, scope: Scope, mistake?: Mistake): Generator<Step<State>> {
  const { flight, position, version, now } = state;
  if (flight === null) {
    if (state.handlers < scope.handlers)
      yield [
        'a handler starts',
        { ...state, handlers: state.handlers + 1, flight: [position, version, NOBODY] },
      ];
    return;
  }
  const [filledAt, made, joinedAt] = flight;
  const joins = mistake === 'joins any flight' || isValid(state, filledAt);
  if (joinedAt === NOBODY && joins && isTrusted(state, scope, mistake))
    yield ['a request waits for the handler', { ...state, flight: [filledAt, made, now] }];
  const stamp = mistake === 'stamps when it stores' ? position : filledAt;
  const isAnswered = joinedAt !== NOBODY && (mistake === 'joins any flight' || isValid(state, stamp));
  yield [
    'the handler answers',
    { ...state, flight: null, entry: [stamp, made] },
    isAnswered && made < required(state, joinedAt, scope),
  ];
}

function isValid({ position, floor, mark }: State, filledAt: number): boolean {
  return filledAt >= floor && filledAt <= position && mark <= filledAt;
}

function isTrusted({ now, readAt }: State, { maxStaleness }: Scope, mistake?: Mistake): boolean {
  return mistake === 'no window' ? readAt > NEVER : now < readAt + maxStaleness;
}

/** The guarantee: the oldest version that an answer may have to a request that started then. */
function required({ invalidations }: State, startedAt: number, { maxStaleness }: Scope): number {
  const binding = invalidations.filter(({ ackedAt }) => ackedAt >= 0 && startedAt > ackedAt + maxStaleness);
  return Math.max(0, ...binding.map(({ version }) => version));
}

function servesWrongly(state: State, scope: Scope, mistake?: Mistake): boolean {
  const { entry, now } = state;
  if (entry === null || !isTrusted(state, scope, mistake)) return false;
  const isServed = mistake === 'compares nothing' ? entry[0] >= state.floor : isValid(state, entry[0]);
  return isServed && entry[1] < required(state, now, scope);
}

function lastOf(log: readonly LogRecord[]): number {
  return log.at(-1)?.[0] ?? 0;
}
