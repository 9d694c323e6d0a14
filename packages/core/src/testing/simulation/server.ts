import type { Appended, Durability, LogPage, LogRecord, LogTransport } from '../../invalidation/transport.js';
import type { Store } from '../../store/store.js';
import type { Loop, Owner } from './loop.js';
import type { Network } from './network.js';

/** A server with a replica, as the processes see it: the log, and the entries. */
export interface Server {
  transport(owner: Owner): LogTransport;
  store(owner: Owner): Store;
  /** Until then it answers nobody. */
  downUntil: number;
  evictLog(): void;
  evictEntries(): void;
  /** Leaves the last record only. */
  trimLog(): void;
  /** The replica takes over: what it did not get is lost. Returns the ids that are. */
  failOver(): readonly number[];
  /** Told of every record that is added. */
  onAppend: (record: LogRecord) => void;
}

const REPLICATION_MS = 30;
const WAIT_FOR_REPLICA_MS = 60;

export function createServer(loop: Loop, network: Network, random: () => number): Server {
  const values = new Map<string, Uint8Array>();
  let records: LogRecord[] = [];
  let replicated = 0;
  let waiting = new Set<() => void>();

  const page = (after: number, limit: number): LogPage => ({
    records: records.filter(({ id }) => id > after).slice(0, limit),
    last: records.at(-1)?.id ?? 0,
  });

  function up(): void {
    if (loop.now < server.downUntil) throw new Error('down');
  }

  function append(names: readonly string[], mode: LogRecord['mode'], known: number): LogRecord {
    up();
    const previous = records.at(-1)?.id ?? 0;
    const record = { id: Math.max(Math.floor(loop.now) * 1024, previous, known) + 1, previous, names, mode };
    records.push(record);
    server.onAppend(record);
    loop.after(
      random() * REPLICATION_MS,
      undefined,
      () => void (replicated = Math.max(replicated, record.id)),
    );
    for (const wake of waiting) wake();
    waiting = new Set();
    return record;
  }

  async function acknowledged({ id, previous }: LogRecord, durability: Durability): Promise<Appended> {
    if (durability === 'primary') return { id, previous };
    await pause(WAIT_FOR_REPLICA_MS);
    return { id, previous, replicated: replicated >= id && records.some((record) => record.id === id) };
  }

  async function read(after: number, limit: number, waitMs: number): Promise<LogPage> {
    up();
    const found = page(after, limit);
    if (found.records.length > 0 || waitMs <= 0) return found;
    await new Promise<void>((resolve) => {
      const cancel = loop.after(waitMs, undefined, resolve);
      waiting.add(() => {
        cancel();
        resolve();
      });
    });
    up();
    return page(after, limit);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => void loop.after(ms, undefined, resolve));
  }

  const server: Server = {
    downUntil: 0,
    onAppend() {},
    transport: (owner) => ({
      id: 'simulated',
      append: ({ names, mode }, known, durability) =>
        network.call(owner, () => acknowledged(append(names, mode, known), durability)),
      read: (...args) => network.call(owner, () => read(...args)),
      close: async () => {},
    }),
    store: (owner) => ({
      get: (key) => network.call(owner, () => (up(), values.get(key)?.slice())),
      set: (key, bytes) => network.call(owner, () => (up(), void values.set(key, bytes))),
      delete: (key) => network.call(owner, () => (up(), void values.delete(key))),
    }),
    evictLog() {
      records = [];
      replicated = 0;
    },
    evictEntries: () => values.clear(),
    trimLog() {
      records = records.slice(-1);
    },
    failOver() {
      const lost = records.filter(({ id }) => id > replicated).map(({ id }) => id);
      records = records.filter(({ id }) => id <= replicated);
      // It takes its time: the clock of the replica is well ahead of the ids it never saw.
      server.downUntil = loop.now + 20 + random() * 400;
      return lost;
    },
  };
  return server;
}
