import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { responseCache } from '@shelflife/express';
import express, { type RequestHandler } from 'express';
import { proxyTo } from '../proxy.js';
import type { Running, Setup } from './host.js';

export function startExpress({ origin, cache, rule }: Setup): Promise<Running> {
  return serve(responseCache(cache, rule), proxyTo(origin));
}

/** The proxy without a cache: what the suite says of that tells whether the suite is asked in the right way. */
export function startWithoutCache({ origin }: Pick<Setup, 'origin'>): Promise<Running> {
  return serve(proxyTo(origin));
}

async function serve(...handlers: readonly RequestHandler[]): Promise<Running> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(...handlers);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
