import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import { type Cache, type ResponseControl, type Rule, ShelflifeError } from '@shelflife/core';
import { EXPRESS, nodeMiddleware } from '@shelflife/core/node';

declare global {
  namespace Express {
    interface Request {
      /** What this handler tells the response cache about its answer. Present behind `responseCache()`. */
      cache: ResponseControl;
    }
  }
}

/**
 * A `RequestHandler` of Express that says nothing of the request's parameters, so that the handlers behind it keep
 * the types Express finds for them: `req.params.id` is a string in `/products/:id`.
 */
export type ResponseCacheHandler = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

const NO_CACHE =
  'responseCache(): the first argument must be a cache. Write const cache = createCache() and responseCache(cache, rule).';

/**
 * Express middleware (5 and 4) that answers from a cache and fills it: `app.use(responseCache(cache))` or
 * `app.get('/products/:id', responseCache(cache, { ttl: '5m' }), handler)`. Register it after authentication
 * and after `compression()`. The rule of a route takes the place of that of `app.use`.
 *
 * @param rule a rule, the name of one of the cache's profiles, or nothing for the cache's defaults.
 * @throws ShelflifeError `ERR_OPTION` when the rule is wrong.
 */
export function responseCache(cache: Cache, rule?: Rule<Request> | string): ResponseCacheHandler {
  if (typeof cache?.rule !== 'function') throw new ShelflifeError('ERR_OPTION', NO_CACHE);
  return nodeMiddleware(cache, cache.rule(rule), EXPRESS) as unknown as ResponseCacheHandler;
}

export { accelerate } from './accelerate.js';
export { createServer, serverClasses } from './server.js';
