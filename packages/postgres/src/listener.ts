import {
  type Duration,
  optionError,
  parseDuration,
  type Queries,
  rejectUnknown,
  ShelflifeError,
  type Suspension,
} from '@shelflife/core';
import type { ClientConfig } from 'pg';
import { changeOf } from './message.js';
import { openSession, pause, type Session, type SessionSettings } from './session.js';
import { checkedChannel, DEFAULT_CHANNEL, tableIdentifier } from './triggers.js';
import { checkedQueries } from './wiring.js';

/** Where changes are heard of. */
export interface ListenerOptions {
  /** A connection of its own, straight to the primary: a URL, or the options of pg's `Client`. */
  readonly connection: string | ClientConfig;
  /** The tables that have triggers, as `products` or `shop.products`. */
  readonly tables: readonly string[];
  /** Default `'shelflife'`. */
  readonly channel?: string;
  /** How often the connection is asked whether it is still there. Default `'5s'`. */
  readonly heartbeat?: Duration;
  /** How long it may take to connect, and to answer. Default `'2s'`. */
  readonly deadline?: Duration;
  /** Told when changes are heard, and when they no longer are. Default: a process warning for each loss. */
  readonly onState?: (state: ListenerState) => void;
}

/** `error` is why changes are not heard. */
export type ListenerState =
  | { readonly listening: true }
  | { readonly listening: false; readonly error: unknown };

/** Hears what changes in a database. */
export interface ChangeListener {
  /** Resolves once changes are heard. @throws ShelflifeError `ERR_OPTION` without triggers, `ERR_CLOSED`. */
  ready(): Promise<void>;
  /** Ends it. Results of queries are not stored any more, as nobody hears what changes. */
  close(): Promise<void>;
}

const MAX_PAUSE_MS = 5000;

/**
 * Invalidates the results of queries when rows change, whoever changes them. As long as changes cannot be heard,
 * queries run and nothing is stored; when the connection is lost and when it is back, all results are invalidated.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function listenForChanges(queries: Queries, options: ListenerOptions): ChangeListener {
  checkedQueries(queries);
  const settings = resolved(options);
  const { onState = warn } = options;
  let suspension: Suspension | undefined = queries.suspend();
  let session: Session | undefined;
  let isClosed = false;
  let stopWaiting = (): void => {};
  const closing = new Promise<void>((resolve) => (stopWaiting = resolve));
  const waiting = new Set<(error?: Error) => void>();

  const tellWaiting = (error?: Error): void => {
    for (const told of waiting) told(error);
    waiting.clear();
  };

  async function hear(payload: string): Promise<void> {
    const change = changeOf(payload);
    if (change !== undefined) return queries.changed(change.table, change.rows);
    // Nobody knows what it was about.
    await queries.suspend().resume();
  }

  /** Listens until that fails, and says why it did. */
  async function listen(): Promise<unknown> {
    try {
      session = await openSession(settings, (payload, { end }) => void hear(payload).catch(end));
      if (isClosed) return undefined;
      await suspension?.resume();
      suspension = undefined;
      onState({ listening: true });
      tellWaiting();
      return await session.ended;
    } catch (error) {
      return error;
    }
  }

  async function run(): Promise<void> {
    for (let wait = 50; ; wait = Math.min(2 * wait, MAX_PAUSE_MS)) {
      const error = await listen();
      if (suspension === undefined) wait = 50;
      suspension ??= queries.suspend();
      session?.end(error);
      session = undefined;
      if (isClosed) return;
      onState({ listening: false, error });
      if (error instanceof ShelflifeError && error.code === 'ERR_OPTION') tellWaiting(error);
      await Promise.race([pause(wait * (0.5 + Math.random() / 2)), closing]);
    }
  }

  const running = run();
  return {
    async ready() {
      if (isClosed) throw closedError();
      if (suspension === undefined) return;
      await new Promise<void>((resolve, reject) =>
        waiting.add((error) => (error === undefined ? resolve() : reject(error))),
      );
    },
    async close() {
      isClosed = true;
      stopWaiting();
      session?.end(closedError());
      tellWaiting(closedError());
      await running;
    },
  };
}

const closedError = (): ShelflifeError => new ShelflifeError('ERR_CLOSED', 'the listener is closed.');

const NAMES = ['connection', 'tables', 'channel', 'heartbeat', 'deadline', 'onState'];

function resolved(options: ListenerOptions): SessionSettings {
  rejectUnknown('listenForChanges()', options, NAMES);
  const { connection, tables, channel = DEFAULT_CHANNEL, heartbeat = '5s', deadline = '2s' } = options;
  if (connection === undefined)
    throw optionError('listenForChanges().connection', "a URL such as 'postgres://host/name'", connection);
  if (!Array.isArray(tables) || tables.length === 0)
    throw optionError('listenForChanges().tables', "names of tables, such as ['products']", tables);
  for (const table of tables as readonly string[]) tableIdentifier(table);
  return {
    connection: typeof connection === 'string' ? { connectionString: connection } : connection,
    tables,
    channel: checkedChannel('listenForChanges().channel', channel),
    heartbeat: positive('heartbeat', heartbeat),
    deadline: positive('deadline', deadline),
  };
}

function positive(name: string, value: Duration): number {
  const ms = parseDuration(`listenForChanges().${name}`, value);
  if (ms > 0) return ms;
  throw optionError(`listenForChanges().${name}`, "a duration above 0, such as '2s'", value);
}

function warn(state: ListenerState): void {
  if (state.listening) return;
  const reason = state.error instanceof Error ? state.error.message : String(state.error);
  process.emitWarning(
    `Changes in PostgreSQL are not heard, no query is cached: ${reason}`,
    'ShelflifePostgres',
  );
}
