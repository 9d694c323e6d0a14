import { ShelflifeError } from '@shelflife/core';
import { Client } from 'memjs';
import type { Address } from './options.js';

/** A client of Memcached that gives up what went wrong and starts anew. */
export interface SafeClient {
  /** Runs one operation. What fails, or takes longer than a second, ends its connection. */
  run<T>(operation: (client: Client) => Promise<T>): Promise<T>;
  /** `host:port` of the server that a key lives on. */
  nodeOf(key: string): string;
  close(): void;
}

// A request's deadline is the cache's; this one is for connections on which nothing comes back.
const TIMEOUT_MS = 1000;

/**
 * Puts memjs on its feet. Version 1.3.2 keeps half a reply when its connection ends and adds the next one to it, lets
 * requests wait for ever when the server closes, and may take the end of an old connection for that of the new one:
 * so nothing of a client is kept after anything went wrong with it. It does not retry, and writes no log.
 */
export function createSafeClient(addresses: readonly Address[]): SafeClient {
  let current = connect(addresses);
  let isClosed = false;

  function renew(broken: Client, reason: string): void {
    if (broken === current) current = connect(addresses);
    discard(broken, reason);
  }

  async function run<T>(operation: (client: Client) => Promise<T>): Promise<T> {
    if (isClosed) throw new ShelflifeError('ERR_STORE', 'the connection was closed.');
    const client = current;
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
        timer.unref();
      });
      return await Promise.race([operation(client), late]);
    } catch (error) {
      if (!isRefusal(error)) renew(client, 'another operation on this connection failed');
      throw inPlainWords(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    run,
    nodeOf(key) {
      const server = current.server(key);
      return server === undefined || server === null ? 'Memcached' : `${server.host}:${server.port}`;
    },
    close() {
      isClosed = true;
      discard(current, 'the connection was closed');
    },
  };
}

/** The addresses of a user's client, or of a list such as `'user:pass@10.0.0.1:11211,10.0.0.2'`. */
export function addressesOf(servers: Client | string): readonly Address[] {
  const client = typeof servers === 'string' ? Client.create(servers) : servers;
  return client.servers.map(({ host, port, username, password }) => ({ host, port, username, password }));
}

function connect(addresses: readonly Address[]): Client {
  const servers = addresses.map(({ host, port, username, password }) => {
    const user = username === undefined ? '' : `${username}:${password ?? ''}@`;
    return `${user}${host}:${port}`;
  });
  return Client.create(servers.join(','), {
    retries: 0,
    failover: false,
    // Its own timeouts leave the socket open; the one above is there long before.
    timeout: 60,
    logger: { log() {} },
  });
}

/** Ends all connections of a client, and whatever waits for a reply on them. */
function discard({ servers }: Client, reason: string): void {
  for (const server of servers) server.error(new Error(reason));
}

/** What a server said is no trouble of its connection. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('MemJS ');
}

const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/Value too large/, 'Give memcachedStore() the maxItemSize of the server (-I).'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timed out connecting/, 'Start the server, or correct its address.'],
  [/[Aa]uthentication/, 'Write user:password@host:port.'],
  [/Out of memory/, 'The server is full and may not evict (-M): start it without.'],
];

function inPlainWords(error: unknown): ShelflifeError {
  const said = (error instanceof Error ? error.message : String(error)).replace(/[.!]$/, '');
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  return new ShelflifeError('ERR_STORE', `Memcached: ${said}.${advice === undefined ? '' : ` ${advice}`}`, {
    cause: error,
  });
}
