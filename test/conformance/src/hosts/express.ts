import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accelerate, responseCache } from '@shelflife/express';
import express, { type Express, type RequestHandler } from 'express';
import { proxyTo } from '../proxy.js';
import type { Running, Setup } from './host.js';

export function startExpress({ origin, cache, rule }: Setup): Promise<Running> {
  const app = applicationOf(responseCache(cache, rule), proxyTo(origin));
  if (rule.ahead === true) accelerate(app, cache);
  return serve(app);
}

/** The proxy without a cache: what the suite says of that tells whether the suite is asked in the right way. */
export function startWithoutCache({ origin }: Pick<Setup, 'origin'>): Promise<Running> {
  return serve(applicationOf(proxyTo(origin)));
}

function applicationOf(...handlers: readonly RequestHandler[]): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(...handlers);
  return app;
}

async function serve(app: Express): Promise<Running> {
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
