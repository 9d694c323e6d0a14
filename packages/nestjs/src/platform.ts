import { type VersioningOptions, VersioningType } from '@nestjs/common';
import type { AbstractHttpAdapter, ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { type Cache, type ResolvedRule, ShelflifeError } from '@shelflife/core';
import { EXPRESS, nodeMiddleware } from '@shelflife/core/node';
import { fastifyEntrance } from '@shelflife/fastify';

/** Puts the cache in front of a handler: answers, or calls `next` to run it and takes what it sends. */
export interface Enter {
  (request: unknown, response: unknown, next: () => void): void;
  /** Answers a plain hit and does nothing else; whether it has. */
  answer(request: unknown, response: unknown): boolean;
}

/** What is below Nest. */
export interface Platform {
  /** @throws ShelflifeError `ERR_OPTION` when the rule does not tell versions of a route apart. */
  enter(rule: ResolvedRule): Enter;
  /** Looks whether there is a platform by now. */
  start(): void;
}

/** The platform that an application has, or will have by its first request. */
export function createPlatform(cache: Cache, host: HttpAdapterHost, config: ApplicationConfig): Platform {
  let entrance: ((rule: ResolvedRule) => Enter) | undefined;
  const open = (): ((rule: ResolvedRule) => Enter) => (entrance ??= entranceOf(cache, host.httpAdapter));
  const start = (): void => {
    // As soon as there is one, so that no hook of the application comes before those of the cache.
    if (host.httpAdapter?.getType() === 'fastify') open();
  };
  start();
  return { start, enter: (rule) => open()(versioned(cache, rule, config.getVersioning())) };
}

/**
 * Express: the cache listens to Node's response. Fastify: it takes the payload from a hook, because Node's response
 * gets to see only what `@fastify/compress` has made of it.
 */
function entranceOf(cache: Cache, adapter: AbstractHttpAdapter): (rule: ResolvedRule) => Enter {
  const type = adapter.getType();
  if (type === 'fastify')
    return fastifyEntrance(cache, adapter.getInstance()) as (rule: ResolvedRule) => Enter;
  if (type === 'express') return (rule) => nodeMiddleware(cache, rule, EXPRESS) as Enter;
  throw new Error(`ShelflifeModule: expected Nest on Express or on Fastify, got '${type}'.`);
}

/** What chooses the version of a route decides the answer, and so belongs to the key. */
function versioned(cache: Cache, rule: ResolvedRule, versioning?: VersioningOptions): ResolvedRule {
  const vary = (name: string): ResolvedRule => cache.rule(rule, { vary: [...rule.vary, name.toLowerCase()] });
  if (versioning?.type === VersioningType.HEADER) return vary(versioning.header);
  if (versioning?.type === VersioningType.MEDIA_TYPE) return vary('accept');
  if (versioning?.type !== VersioningType.CUSTOM || rule.key !== undefined || rule.vary.length > 0)
    return rule;
  throw new ShelflifeError(
    'ERR_OPTION',
    `rule: with custom versioning the cache cannot tell what chooses the version. ` +
      `Name the header in 'vary', or give a 'key' that holds the version.`,
  );
}
