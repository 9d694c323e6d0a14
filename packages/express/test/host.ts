import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Cache, CacheOptions } from '@shelflife/core';
import {
  type App,
  type Gate,
  listen,
  runRoute,
  setLate,
  startApp,
  type TestApp,
  type TestHost,
  type TestRoute,
} from '@shelflife/core/testing';
import express, { type Express, type RequestHandler } from 'express';
import express4 from 'express4';
import { accelerate, createServer as createFastServer, responseCache } from '../src/index.js';

/** The function that Express is, in one of its versions. */
export type ExpressFunction = typeof express;

/** For `describe.each`: every test of this package runs over both. */
export const VERSIONS: readonly (readonly [name: string, express: ExpressFunction])[] = [
  ['Express 5', express],
  ['Express 4', express4],
];

/** The hosts for the suite that all adapters pass: as they are mostly used, and on the fast ways. */
export const HOSTS: readonly TestHost[] = VERSIONS.flatMap(([name, version]) => [
  { name, start: (app) => listen(createServer(applicationOf(version, app))) },
  {
    name: `${name} on its own server`,
    start: (app) => listen(createFastServer(applicationOf(version, app))),
  },
  { name: `${name} ahead`, start: (app) => listen(createServer(aheadOf(version, app))) },
]);

/** Every route that may be is answered ahead of the application. */
function aheadOf(version: ExpressFunction, { cache, routes }: TestApp): Express {
  const app = applicationOf(version, { cache, routes: routes.map(withAhead(cache)) });
  accelerate(app, cache);
  return app;
}

function withAhead(cache: Cache): (route: TestRoute) => TestRoute {
  return (route) => {
    const rule = { ...route.rule, ahead: true };
    try {
      cache.rule(rule);
    } catch {
      return route;
    }
    return { ...route, rule };
  };
}

function applicationOf(version: ExpressFunction, { cache, routes }: TestApp): Express {
  const app = version();
  for (const route of routes) {
    const method = (route.method ?? 'GET').toLowerCase() as 'get';
    const handler = (req: IncomingMessage, res: ServerResponse): void => void runRoute(route, req, res);
    const late: RequestHandler = (_req, res, next) => {
      setLate(res, route.late);
      next();
    };
    app[method](patternOf(route.path), late, responseCache(cache, route.rule), handler);
  }
  return app;
}

/** The versions write wildcards differently, and match strings loosely; a pattern means the same in both. */
function patternOf(path: string): RegExp {
  const literal = path.replace(/\/\*$/, '/').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(path.endsWith('/*') ? `^${literal}` : `^${literal}$`);
}

/** Starts an application that `build` puts together, with a fake clock. It is closed when the test ends. */
export function startExpress(
  version: ExpressFunction,
  build: (app: Express, cache: Cache) => void,
  options: CacheOptions = {},
): Promise<App> {
  const host: TestHost = {
    name: 'Express',
    start({ cache }) {
      const app = version();
      // Express prints the errors that no handler takes, unless it runs in a test.
      app.set('env', 'test');
      build(app, cache);
      return listen(createServer(app));
    },
  };
  return startApp(host, [], options);
}

/** A handler that says how often it ran: `run 1`. */
export function counting(): RequestHandler & { readonly calls: () => number } {
  let calls = 0;
  const handler: RequestHandler = (_req, res) => void res.send(`run ${++calls}`);
  return Object.assign(handler, { calls: () => calls });
}

/** Middleware that lets a request pass when the gate is open. */
export function whenOpen(gate: Gate): RequestHandler {
  return async (_req, _res, next) => {
    await gate.opened;
    next();
  };
}
