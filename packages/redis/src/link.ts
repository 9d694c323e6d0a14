import type { ShelflifeError } from '@shelflife/core';
import type { Connection } from './client.js';
import type { Connector } from './connect.js';
import type { Purpose } from './settings.js';
import { inPlainWords } from './words.js';

/** One connection to Redis that comes back by itself. */
export interface Link {
  /**
   * Lets `run` use the connection. While the very first attempt to connect is under way this waits for it;
   * afterwards it rejects at once as long as there is no connection. Errors say how to mend their cause.
   */
  use<T>(run: (connection: Connection) => Promise<T>): Promise<T>;
  /** The connection, whatever its state. */
  readonly connection: Connection;
  close(): void;
}

/** Opens a connection; it is there some time later, or never. */
export function createLink(connector: Connector, purpose: Purpose): Link {
  const { server } = connector;
  const connection = connector.open(purpose);
  let problem: Error | undefined;
  let attempt: Promise<unknown> | undefined;
  let isClosed = false;
  connection.on('error', (error) => (problem = error));
  // A Cluster's own error says only that no node can be reached.
  connection.on('node error', (error) => (problem = error));
  connection.on('ready', () => (problem = undefined));
  attempt = connection
    .connect()
    .catch((error: Error) => (problem ??= error))
    .finally(() => (attempt = undefined));

  function unreachable(): ShelflifeError {
    const why = isClosed ? 'the connection was closed' : (problem?.message ?? 'not connected');
    return inPlainWords(server, new Error(why, { cause: problem }));
  }

  // The way of a hit: as few promises as possible.
  function use<T>(run: (connection: Connection) => Promise<T>): Promise<T> {
    return (connection.status === 'ready' ? run(connection) : useLater(run)).catch(failed);
  }

  async function useLater<T>(run: (connection: Connection) => Promise<T>): Promise<T> {
    await attempt;
    if (connection.status !== 'ready') throw unreachable();
    return run(connection);
  }

  function failed(error: unknown): never {
    throw inPlainWords(server, isLoss(error) && !isClosed ? lost(error) : error);
  }

  function lost(cause: unknown): Error {
    return new Error(`the connection ended before the answer came (${problem?.message ?? 'closed'})`, {
      cause,
    });
  }

  return {
    use,
    connection,
    close() {
      isClosed = true;
      connection.disconnect();
    },
  };
}

// ioredis speaks of retries here, of which there are none.
function isLoss(error: unknown): boolean {
  return (
    error instanceof Error &&
    /max retries per request|connection close|Connection is closed/i.test(error.message)
  );
}

/** The connections of one store, opened when they are first needed. */
export interface Links {
  to(purpose: Purpose): Link;
  close(): void;
}

/** Makes the set of connections; the one for commands is opened at once. */
export function createLinks(connector: Connector): Links {
  const links = new Map<Purpose, Link>([['commands', createLink(connector, 'commands')]]);
  let isClosed = false;
  return {
    to(purpose) {
      const link = links.get(purpose);
      if (link !== undefined) return link;
      if (isClosed) return links.get('commands')!;
      const opened = createLink(connector, purpose);
      links.set(purpose, opened);
      return opened;
    },
    close() {
      isClosed = true;
      for (const link of links.values()) link.close();
    },
  };
}
