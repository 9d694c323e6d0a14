import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Origin } from '../origin.js';

/** One server of a comparison: answers any GET with the origin's answer, and is listening when it resolves. */
export type Variant = (origin: Origin) => Promise<Pick<Server, 'address'>>;

/** The URL that all variants answer; load may add a query. */
export const PATH = '/products';

/** The media type that all variants answer with. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Listens on a free port of the loopback. */
export async function listening(server: Server): Promise<Server> {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function listen(listener: RequestListener): Promise<Server> {
  return listening(createServer(listener));
}
