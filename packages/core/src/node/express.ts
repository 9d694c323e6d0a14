import type { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Host } from './host.js';

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
  setUrl(req, url) {
    const { url: wholeInner, originalUrl: whole } = req;
    const left = queryOf(url);
    req.url = wholeInner.split('?', 1)[0] + left;
    req.originalUrl = url;
    const restoreQuery = narrowQuery(req, queryOf(whole), left);
    return () => {
      req.url = wholeInner;
      req.originalUrl = whole;
      restoreQuery();
    };
  },
  application: (req) => serverOf(req) ?? rootOf(req.app),
};

function queryOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?')) : '';
}

/**
 * Express 5 parses the query whenever it is asked. Express 4, or middleware that checks it, has done so by now:
 * what is left of it keeps the values it was given. Returns the way back.
 */
function narrowQuery(req: ExpressRequest, whole: string, left: string): () => void {
  if (!Object.hasOwn(req, 'query')) return () => {};
  const parse = (req.app.get('query parser fn') ?? (() => ({}))) as (text: string) => Query;
  const [before, after, { query }] = [parse(whole.slice(1)), parse(left.slice(1)), req];
  const same = (name: string): boolean => isDeepStrictEqual(before[name], after[name]);
  const kept = Object.entries(query as Query).filter(([name]) => same(name));
  const changed = Object.entries(after).filter(([name]) => !same(name));
  // Not an assignment: that would throw where somebody made the query read-only.
  Reflect.set(req, 'query', Object.fromEntries([...kept, ...changed]));
  return () => void Reflect.set(req, 'query', query);
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
