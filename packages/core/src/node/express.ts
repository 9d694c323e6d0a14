import type { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Host } from './host.js';
import { queryOf, withQueryOf } from './query.js';

/** As much of an Express request as a cache needs: of Express 5 and 4, alone or under Nest. */
export interface ExpressRequest extends IncomingMessage {
  url: string;
  originalUrl: string;
  readonly baseUrl: string;
  readonly protocol: string;
  readonly query?: unknown;
  readonly app: ExpressApplication;
}

interface ExpressApplication {
  get(setting: 'query parser fn'): unknown;
}

type Query = Readonly<Record<string, unknown>>;

/** The host of Express applications. */
export const EXPRESS: Host<ExpressRequest> = {
  url: (req) => req.originalUrl,
  routedUrl({ baseUrl, url, originalUrl }) {
    // At the path of a router itself Express makes `/` of nothing.
    const isRoot = originalUrl === baseUrl + url.slice(1);
    return isRoot ? originalUrl : baseUrl + url;
  },
  scheme: (req) => req.protocol,
  withUrl: (req, url) => [
    [req, { url: withQueryOf(req.url, url), originalUrl: url, ...queryWith(req, url) }],
  ],
  application: (req) => serverOf(req) ?? rootOf(req.app),
};

/**
 * Express 5 parses the query whenever it is asked. Express 4, or middleware that checks it, has done so by now:
 * what is left of it keeps the values it was given.
 */
function queryWith(req: ExpressRequest, url: string): { readonly query?: Query } {
  if (!Object.hasOwn(req, 'query')) return {};
  const parse = (req.app.get('query parser fn') ?? (() => ({}))) as (text: string) => Query;
  const [before, after] = [parse(queryOf(req.originalUrl).slice(1)), parse(queryOf(url).slice(1))];
  const isSame = ([name]: [string, unknown]): boolean => isDeepStrictEqual(before[name], after[name]);
  const kept = Object.entries(req.query as Query).filter(isSame);
  const changed = Object.entries(after).filter((parameter) => !isSame(parameter));
  return { query: Object.fromEntries([...kept, ...changed]) };
}

/** The server is the top of everything: what runs before Express, or between two applications, runs for a refresh too. */
function serverOf({ socket }: ExpressRequest): RequestListener | undefined {
  const { server } = socket as { readonly server?: EventEmitter };
  return server && ((req, res) => void server.emit('request', req, res));
}

/** A mounted application answers for its own paths only: refreshes enter at the top. */
function rootOf(app: ExpressApplication & { readonly parent?: ExpressApplication }): RequestListener {
  let root = app;
  while (typeof root.parent === 'function') root = root.parent;
  return root as unknown as RequestListener;
}
