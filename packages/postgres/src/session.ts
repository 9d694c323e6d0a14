import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { ShelflifeError } from '@shelflife/core';
import { Client, type ClientConfig } from 'pg';
import { identifier, tableIdentifier, TRIGGER } from './triggers.js';

/** What a session needs. Times are milliseconds. */
export interface SessionSettings {
  readonly connection: ClientConfig;
  readonly channel: string;
  readonly tables: readonly string[];
  readonly heartbeat: number;
  readonly deadline: number;
}

/** A connection that hears what a channel tells. */
export interface Session {
  /** Resolves to the reason when changes may be missed from now on. */
  readonly ended: Promise<unknown>;
  /** Ends it for a reason. */
  readonly end: (reason: unknown) => void;
}

/**
 * Connects, listens, and makes sure that messages arrive and the triggers are there. `heard` gets each message.
 * @throws ShelflifeError `ERR_OPTION` when there are no triggers; what the connection throws.
 */
export async function openSession(
  settings: SessionSettings,
  heard: (payload: string, session: Session) => void,
): Promise<Session> {
  const { connection, channel, deadline, heartbeat } = settings;
  const socket = new Socket();
  const client = new Client({
    application_name: 'shelflife',
    ...connection,
    keepAlive: true,
    stream: () => socket,
  });
  const { promise: ended, resolve } = deferred<unknown>();
  const session: Session = {
    ended,
    end(reason) {
      resolve(reason);
      // A server that is out of reach would not answer a farewell.
      socket.destroy();
    },
  };
  const probe = randomUUID();
  const probed = deferred<void>();
  client.on('error', session.end);
  client.on('end', () => session.end(new Error('the connection has ended')));
  client.on('notification', ({ channel: from, payload = '' }) => {
    if (from !== channel || payload.startsWith(PROBE)) return payload === PROBE + probe && probed.resolve();
    heard(payload, session);
  });
  async function start(): Promise<void> {
    await client.connect();
    await client.query(`LISTEN ${identifier(channel)}`);
    await client.query('SELECT pg_notify($1, $2)', [channel, PROBE + probe]);
    // A pooler that shares connections among transactions says yes to LISTEN, and nothing ever arrives.
    await probed.promise;
    await checkTriggers(client, settings);
  }
  const gone = ended.then((reason) => Promise.reject(reason as Error));
  gone.catch(() => {});
  try {
    await inTime(deadline, Promise.race([start(), gone]));
  } catch (error) {
    session.end(error);
    throw error;
  }
  void beat(client, session, heartbeat, deadline);
  return session;
}

const PROBE = 'probe ';

/** Asks now and then whether the server is still there: a connection may be lost without a word. */
async function beat(client: Client, session: Session, every: number, deadline: number): Promise<void> {
  for (;;) {
    const isOver = await Promise.race([pause(every).then(() => false), session.ended.then(() => true)]);
    if (isOver) return;
    await inTime(deadline, client.query('SELECT 1')).catch(session.end);
  }
}

async function checkTriggers(client: Client, { tables, channel }: SessionSettings): Promise<void> {
  for (const table of tables) {
    const { rows } = await client.query<{ found: number }>(
      `SELECT count(*)::int AS found FROM pg_catalog.pg_trigger
       WHERE tgrelid = to_regclass($1) AND starts_with(tgname, $2) AND tgenabled IN ('A', 'O')
       AND position($3::bytea in tgargs) = 1`,
      [tableIdentifier(table), `${TRIGGER}_`, Buffer.from(`${channel}\0`)],
    );
    if (rows[0]?.found === 4) continue;
    throw new ShelflifeError(
      'ERR_OPTION',
      `listenForChanges().tables: '${table}' has no triggers for the channel '${channel}', or there is no such table. Run what triggersSql() returns.`,
    );
  }
}

/** Rejects when `work` takes longer than `ms`. */
async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const limit = pause(ms, late.signal).then(() => {
    throw new Error(`PostgreSQL did not answer within ${ms} ms`);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    late.abort();
    limit.catch(() => {});
    work.catch(() => {});
  }
}

/** Waits, without keeping the process alive; never ends once `signal` is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    signal?.addEventListener('abort', () => clearTimeout(timer));
  });
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
