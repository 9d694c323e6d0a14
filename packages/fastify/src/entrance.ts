import type { Cache, ResolvedRule } from '@shelflife/core';
import type { NodeMiddleware } from '@shelflife/core/node';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { giveWay, handOver, lookUp } from './hooks.js';

const ENTRANCE = Symbol('shelflife.entrance');

/**
 * For frameworks on top of Fastify that know only within its handlers whether a request is cached, such as Nest:
 * what it returns makes, of a rule, a function that answers a request or calls `next` to run the handler. Call it
 * before the application adds onSend hooks of its own: the cache then takes the payload before they change it.
 */
export function fastifyEntrance(
  cache: Cache,
  app: FastifyInstance,
): (rule: ResolvedRule) => NodeMiddleware<FastifyRequest, FastifyReply> {
  // Once, however many caches the application has: a payload is handed over once.
  if (!app.hasDecorator(ENTRANCE))
    app.decorate(ENTRANCE, true).addHook('onSend', handOver).addHook('onError', giveWay);
  return (rule) => lookUp(cache, rule);
}
