import type { RequestListener } from 'node:http';
import type { Application, Request, RequestHandler } from 'express';
import type { Cache, ResponseControl, Rule } from '@shelflife/core';
import { type Host, nodeMiddleware } from '@shelflife/core/node';

declare global {
  namespace Express {
    interface Request {
      /** What this handler tells the response cache about its answer. Present behind `responseCache()`. */
      cache: ResponseControl;
    }
  }
}

/**
 * Express middleware (5 and 4) that answers from a cache and fills it: `app.use(responseCache(cache))` or
 * `app.get('/products/:id', responseCache(cache, { ttl: '5m' }), handler)`. Register it after authentication
 * and after `compression()`. The rule of a route takes the place of that of `app.use`.
 *
 * @param rule a rule, the name of one of the cache's profiles, or nothing for the cache's defaults.
 * @throws ShelflifeError `ERR_OPTION` when the rule is wrong.
 */
export function responseCache(cache: Cache, rule?: Rule<Request> | string): RequestHandler {
  return nodeMiddleware(cache, cache.rule(rule), EXPRESS);
}

const EXPRESS: Host<Request> = {
  url: (req) => req.originalUrl,
  scheme: (req) => req.protocol,
  setUrl(req, url) {
    const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
    req.url = req.url.split('?', 1)[0] + query;
    req.originalUrl = url;
    // Express 4 has parsed the query by now; Express 5 does it when asked.
    const parse = req.app.get('query parser fn') as (text: string) => Request['query'];
    if (Object.hasOwn(req, 'query')) req.query = parse(query.slice(1));
  },
  application: (req) => rootOf(req.app),
};

/** A mounted application answers for its own paths only: refreshes enter at the top. */
function rootOf(app: Application): RequestListener {
  let root = app;
  while (typeof root === 'function' && 'parent' in root && root.parent !== undefined)
    root = root.parent as Application;
  return root;
}
