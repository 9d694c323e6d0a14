// 1,000 open connections ask for one cold URL at once; the origin takes 100 ms. Then the same with an origin that fails.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import apicache from 'apicache';
import express, { type RequestHandler } from 'express';
import routeCache from 'route-cache';
import { listen } from './variants/variant.js';

/** One row. */
export interface Stampede {
  readonly name: string;
  readonly originCalls: number;
  readonly ms: number;
  /** How often each status came when the origin failed. */
  readonly whenItFails: Readonly<Record<string, number>>;
}

const CLIENTS = 1000;
const ORIGIN_MS = 100;

const SUBJECTS: Readonly<Record<string, () => RequestHandler>> = {
  'no cache': () => (_req, _res, next) => next(),
  shelflife: () => responseCache(createCache(), { ttl: '1h' }),
  apicache: () => apicache.middleware('1 hour'),
  'route-cache': () => routeCache.cacheSeconds(3600),
};

/** Ours: one call, and what failed is told as a failure. */
export const isGoodStampede = ({ name, originCalls, whenItFails }: Stampede): boolean =>
  name !== 'shelflife' || (originCalls === 1 && Object.keys(whenItFails).join() === '500');

export async function measureStampedes(): Promise<Stampede[]> {
  const rows: Stampede[] = [];
  for (const [name, middleware] of Object.entries(SUBJECTS)) {
    const good = await storm(middleware(), 200);
    const bad = await storm(middleware(), 500);
    rows.push({ name, originCalls: good.originCalls, ms: Math.round(good.ms), whenItFails: bad.statuses });
  }
  return rows;
}

async function storm(
  middleware: RequestHandler,
  status: number,
): Promise<{ originCalls: number; ms: number; statuses: Record<string, number> }> {
  let originCalls = 0;
  const app = express();
  app.get('/warm', (_req, res) => void res.end());
  app.get('/cold', middleware, (_req, res) => {
    originCalls++;
    setTimeout(() => void res.status(status).json({ status }), ORIGIN_MS);
  });
  const server = await listen(app);
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const all = (path: string): Promise<string[]> =>
    Promise.all(Array.from({ length: CLIENTS }, () => ask(server, agent, path)));
  await all('/warm');
  const from = performance.now();
  const answers = await all('/cold');
  const ms = performance.now() - from;
  agent.destroy();
  server.close();
  const statuses = Object.fromEntries(
    [...new Set(answers)].map((answer) => [answer, answers.filter((other) => other === answer).length]),
  );
  return { originCalls, ms, statuses };
}

/** The status, and whether there was a body. */
async function ask(server: Server, agent: Agent, path: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, path, agent }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let length = 0;
  for await (const chunk of response) length += (chunk as Buffer).length;
  return `${response.statusCode}${length === 0 ? ' without a body' : ''}`;
}
