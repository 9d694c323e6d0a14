import { RequestMethod, type Type, type VersioningOptions, VersioningType } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { type Cache, type ResolvedRule, type Rule, ShelflifeError } from '@shelflife/core';
import { createEvictor, type Evictor } from './evict.js';
import { CACHE_RULE, CACHEABLE, EVICT, isEventStream, NO_CACHE, read, routeMethodOf } from './metadata.js';
import { methodsOf } from './methods.js';
import { createPlatform, type Enter, type Platform } from './platform.js';
import type { EvictRule } from './rules.js';

/** What the decorators of a controller handler amount to. */
export interface Handler {
  /** `undefined`: the cache takes no part. */
  readonly enter: Enter | undefined;
  readonly evict: Evictor | undefined;
}

/** The controller handlers of an application. */
export interface Handlers {
  /** @throws ShelflifeError `ERR_OPTION` when a decorator was given something wrong. */
  of(type: Type, handler: object): Handler;
}

/** The provider token of {@link Handlers}. */
export const HANDLERS: unique symbol = Symbol('shelflife.handlers');

const SAFE: ReadonlySet<number | undefined> = new Set([
  RequestMethod.GET,
  RequestMethod.HEAD,
  RequestMethod.OPTIONS,
]);

export function createHandlers(cache: Cache, host: HttpAdapterHost, config: ApplicationConfig): Handlers {
  const known = new WeakMap<Type, Map<object, Handler>>();
  let platform: Platform | undefined;
  const getPlatform = (): Platform => (platform ??= createPlatform(cache, host.httpAdapter));
  // As soon as there is one, so that no hook of the application comes before those of the cache.
  if (host.httpAdapter?.getType() === 'fastify') getPlatform();

  function of(type: Type, handler: object): Handler {
    let handlers = known.get(type);
    if (handlers === undefined) known.set(type, (handlers = new Map()));
    let found = handlers.get(handler);
    if (found === undefined) handlers.set(handler, (found = describe(type, handler)));
    return found;
  }

  function describe(type: Type, handler: object): Handler {
    const evict = read<readonly EvictRule[]>(EVICT, handler);
    const rule = ruleOf(type, handler);
    return {
      enter: rule && getPlatform()(versioned(cache, rule, config.getVersioning())),
      evict: evict && createEvictor(cache, evict),
    };
  }

  function ruleOf(type: Type, handler: object): ResolvedRule | undefined {
    if (isEventStream(handler) || read(NO_CACHE, handler) === true || read(NO_CACHE, type) === true) return;
    const own = read<Rule | string>(CACHEABLE, handler);
    const shared = read<Rule | string>(CACHE_RULE, type);
    if (own === undefined && shared === undefined)
      return caches(type, handler) ? unsafeRule(cache) : undefined;
    return typeof own === 'string' ? cache.rule(own) : cache.rule(shared, own);
  }

  return { of };
}

/** Whether a handler without a rule may change what other handlers of its controller have in the cache. */
function caches(type: Type, handler: object): boolean {
  return (
    !SAFE.has(routeMethodOf(handler)) &&
    methodsOf(type).some(([, method]) => read(CACHEABLE, method) !== undefined)
  );
}

/** Nothing is stored, and what an unsafe method changes is invalidated. */
function unsafeRule(cache: Cache): ResolvedRule {
  return cache.rule({ bypass: () => true });
}

/** What chooses the version of a route decides the answer, and so belongs to the key. */
export function versioned(cache: Cache, rule: ResolvedRule, versioning?: VersioningOptions): ResolvedRule {
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
