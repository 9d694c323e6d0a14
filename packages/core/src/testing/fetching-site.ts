import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from '../cache.js';
import type { Fetch, FetchOptions } from '../outbound/options.js';

/** A real server, and the global fetch behind a cache. */
export interface Site {
  readonly origin: string;
  readonly fetch: Fetch;
  /** The requests that it got. */
  readonly seen: IncomingMessage[];
  /** Asks and reads; what Cache-Status says. */
  readonly said: (path: string) => Promise<string | null>;
  readonly close: () => Promise<void>;
}

/** `run`: the number of the request, from 1. */
export async function startSite(
  handler: (req: IncomingMessage, res: ServerResponse, run: number) => void,
  options: FetchOptions = { ttl: '1h' },
): Promise<Site> {
  const seen: IncomingMessage[] = [];
  const server: Server = createServer((req, res) => handler(req, res, seen.push(req)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetch = createCache().fetcher(options);
  return {
    origin,
    fetch,
    seen,
    said: async (path) => {
      const response = await fetch(origin + path);
      await response.arrayBuffer();
      return response.headers.get('cache-status');
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
