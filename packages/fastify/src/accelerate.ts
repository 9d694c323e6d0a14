import type { Cache } from '@shelflife/core';
import { aheadError, type AccelerateOptions, accelerateServer } from '@shelflife/core/node';
import type { FastifyInstance, RouteOptions } from 'fastify';

/**
 * Answers fresh hits before Fastify runs, only for rules with `ahead: true`. What is sent is byte for byte what Fastify
 * would send: a route is answered ahead when its own answer was seen to be what is stored, and no onSend hook wants to
 * see it. Call it once, on the outermost instance, before or after `listen()`.
 *
 * What does not happen then: hooks and decorators of the application, such as authentication and rate limits for all
 * of its routes, and logging; `answered` is told of each request instead. A proxy's `X-Forwarded-Proto` is left to Fastify.
 *
 * @throws ShelflifeError `ERR_OPTION` when it is given no cache.
 */
export function accelerate(app: FastifyInstance, cache: Cache, options: AccelerateOptions = {}): void {
  accelerateServer(app.server, cache, options);
}

/** Where a route may have authentication of its own. */
const BEFORE_HANDLER = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const;

/** @throws ShelflifeError `ERR_OPTION` when hooks of a route with `ahead` would not run. */
export function checkAhead(route: RouteOptions): void {
  const hook = BEFORE_HANDLER.find((name) => route[name] !== undefined);
  if (hook !== undefined) throw aheadError(`@shelflife/fastify: ${route.url}`, hook);
}
