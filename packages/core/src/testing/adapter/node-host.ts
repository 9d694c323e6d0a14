import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Host, nodeMiddleware } from '../../node/index.js';
import type { ResponseControl } from '../../exchange/types.js';
import type { RunningHost, TestAnswer, TestApp, TestHost, TestRoute } from './host.js';

type Request = IncomingMessage & { cache?: ResponseControl };

/** The smallest host there is: node:http without a framework. It runs the suite in core itself. */
export const nodeHost: TestHost = {
  name: 'node:http',
  start: (app) => listen(createServer(applicationOf(app))),
};

function applicationOf({ cache, routes }: TestApp): RequestListener {
  const host: Host<Request> = {
    url: (req) => req.url!,
    scheme: () => 'http',
    withUrl: (req, url) => [[req, { url }]],
    application: () => application,
  };
  const entries = routes.map((route) => ({
    route,
    enter: nodeMiddleware(cache, cache.rule(route.rule), host),
  }));
  const application: RequestListener = (req, res) => {
    const entry = entries.find(({ route }) => matches(route, req));
    if (entry === undefined) res.writeHead(404).end();
    else {
      setLate(res, entry.route.late);
      entry.enter(req, res, () => void runRoute(entry.route, req, res));
    }
  };
  return application;
}

function matches(route: TestRoute, req: IncomingMessage): boolean {
  const path = req.url!.split('?', 1)[0]!;
  const isMethod =
    req.method === (route.method ?? 'GET') || (req.method === 'HEAD' && route.method === undefined);
  return (
    isMethod && (route.path.endsWith('/*') ? path.startsWith(route.path.slice(0, -1)) : path === route.path)
  );
}

/** Sets {@link TestRoute.late} as middleware does that wants the last word. */
export function setLate(res: ServerResponse, late: TestRoute['late']): void {
  if (late === undefined) return;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `res`
  const { writeHead } = res;
  res.writeHead = (...args: unknown[]) => {
    for (const [name, value] of Object.entries(late)) res.setHeader(name, value);
    return Reflect.apply(writeHead, res, args);
  };
}

/** Runs the handler of a route on Node's own objects; hosts whose responses are Node's can use it as it is. */
export async function runRoute(route: TestRoute, req: Request, res: ServerResponse): Promise<void> {
  if (route.raw !== undefined) return route.raw(req, res);
  try {
    await sendAnswer(await route.answer!(req, req.cache!), res);
  } catch {
    if (res.headersSent) res.destroy();
    else res.writeHead(500).end('failed');
  }
}

async function sendAnswer(
  { hints, status = 200, headers = {}, body = '' }: TestAnswer,
  res: ServerResponse,
): Promise<void> {
  if (hints !== undefined) res.writeEarlyHints(hints);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (typeof body === 'string' || body instanceof Uint8Array) return void res.end(body);
  for await (const part of body) res.write(part);
  res.end();
}

/** Listens on a free port of 127.0.0.1. Closing ends open connections as well. */
export async function listen(server: Server): Promise<RunningHost> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
