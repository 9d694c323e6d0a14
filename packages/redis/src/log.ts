import type { Appended, LogPage, LogRecord, LogTransport } from '@shelflife/core';
import type { Argument, Connection } from './client.js';
import type { Links } from './link.js';
import { APPEND, PAGE, READ_ONLY_PAGE } from './log-scripts.js';
import { isUnknownScript, runScript } from './script.js';

/** How much of the log is kept. */
export interface LogLimits {
  readonly maxRecords: number;
  /** Milliseconds. */
  readonly retention: number;
}

/** Ids are milliseconds and a counter, as one number: exact until the year 2248. */
const COUNTER = 1024;

// The reader's connection is taken for dead after two seconds without a reply.
const LONGEST_WAIT_MS = 1000;

// How long an append waits for a replica that was asked for.
const REPLICA_WAIT_MS = 250;

/** The log of invalidations in a stream of Redis. */
export function createLogTransport(links: Links, key: string, limits: LogLimits): LogTransport {
  async function append(
    connection: Connection,
    args: readonly Argument[],
    durability: string,
  ): Promise<Appended> {
    if (durability !== 'replicated') return appended(await runScript(connection, APPEND, [key], args));
    const [reply, replicas] = await appendAndWait(connection, key, args);
    return { ...appended(reply), replicated: Number(replicas) > 0 };
  }

  async function page(connection: Connection, after: number, limit: number): Promise<LogPage> {
    const args = [after === 0 ? '-' : `(${streamId(after)}`, limit];
    try {
      return pageOf(await runScript(connection, PAGE, [key], args));
    } catch (error) {
      // A primary that cannot save to disk takes no invalidations either: reading is safe.
      if (!(error instanceof Error && error.message.startsWith('MISCONF'))) throw error;
      return pageOf(await runScript(connection, READ_ONLY_PAGE, [key], args));
    }
  }

  return {
    id: `redis:${key}`,
    append: ({ names, mode }, known, durability) => {
      const args = [known, JSON.stringify(names), mode, limits.maxRecords, limits.retention];
      const purpose = durability === 'replicated' ? 'replication' : 'commands';
      return links.to(purpose).use((connection) => append(connection, args, durability));
    },
    read: (after, limit, waitMs) =>
      links.to(waitMs > 0 ? 'reader' : 'commands').use(async (connection) => {
        if (waitMs > 0) await news(connection, key, after, waitMs);
        return page(connection, after, limit);
      }),
    close: async () => links.close(),
  };
}

/** Waits for a record; what there is, is read by the script that follows, in one step. */
async function news(connection: Connection, key: string, after: number, waitMs: number): Promise<void> {
  const block = Math.max(1, Math.min(Math.ceil(waitMs), LONGEST_WAIT_MS));
  await connection.call('xread', 'COUNT', 1, 'BLOCK', block, 'STREAMS', key, streamId(after));
}

/** Both on one connection, because WAIT speaks of what was written on it. */
async function appendAndWait(
  connection: Connection,
  key: string,
  args: readonly Argument[],
): Promise<readonly unknown[]> {
  const wait = ['wait', 1, REPLICA_WAIT_MS];
  const both = async (...command: readonly Argument[]): Promise<readonly unknown[]> => {
    const replies = (await connection.pipeline([[...command, 1, key, ...args], wait]).exec()) ?? [];
    return replies.map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
  };
  try {
    return await both('evalsha', APPEND.digest);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return both('eval', APPEND.text);
  }
}

function streamId(id: number): string {
  return `${Math.floor(id / COUNTER)}-${id % COUNTER}`;
}

function idOf(text: unknown): number {
  const [ms, counter] = String(text).split('-');
  return Number(ms) * COUNTER + Number(counter);
}

function appended(reply: unknown): Appended {
  const [id, previous] = reply as readonly unknown[];
  return { id: Number(String(id)), previous: Number(String(previous)) };
}

function pageOf(reply: unknown): LogPage {
  const [last, records] = reply as readonly [unknown, readonly (readonly [unknown, readonly unknown[]])[]];
  return { last: idOf(last), records: records.map(([id, fields]) => recordOf(idOf(id), fields.map(String))) };
}

// What cannot be read chains with nothing: readers take it for a gap.
function recordOf(id: number, fields: readonly string[]): LogRecord {
  const [p, previous, n, names = '', m, mode] = fields;
  const list = namesIn(names);
  const isSound = p === 'p' && n === 'n' && m === 'm' && (mode === 'remove' || mode === 'stale');
  if (!isSound || list === undefined) return { id, previous: -1, names: ['*'], mode: 'remove' };
  return { id, previous: Number(previous), names: list, mode };
}

function namesIn(text: string): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch {
    return undefined;
  }
}
