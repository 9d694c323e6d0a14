import type { AbstractHttpAdapter } from '@nestjs/core';
import type { Cache, ResolvedRule } from '@shelflife/core';
import { EXPRESS, nodeMiddleware } from '@shelflife/core/node';
import { fastifyEntrance } from '@shelflife/fastify';

/** Puts the cache in front of a handler: answers, or calls `next` to run it and takes what it sends. */
export type Enter = (request: unknown, response: unknown, next: () => void) => void;

/** What is below Nest. */
export type Platform = (rule: ResolvedRule) => Enter;

/**
 * Express: the cache listens to Node's response. Fastify: it takes the payload from a hook, because Node's response
 * gets to see only what `@fastify/compress` has made of it.
 */
export function createPlatform(cache: Cache, adapter: AbstractHttpAdapter): Platform {
  const type = adapter.getType();
  if (type === 'fastify') return fastifyEntrance(cache, adapter.getInstance()) as Platform;
  if (type === 'express') return (rule) => nodeMiddleware(cache, rule, EXPRESS) as Enter;
  throw new Error(`ShelflifeModule: expected Nest on Express or on Fastify, got '${type}'.`);
}
