import {
  type Cache,
  type ResolvedRule,
  type ResponseControl,
  type Rule,
  ShelflifeError,
} from '@shelflife/core';
import { isUnsafe } from '@shelflife/core/node';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { checkAhead } from './accelerate.js';
import { giveWay, handOver, lookUp } from './hooks.js';

export { accelerate } from './accelerate.js';
export { fastifyEntrance } from './entrance.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The cache that this scope was registered with. */
    responseCache: Cache;
  }
  interface FastifyRequest {
    /** What this handler tells the response cache about its answer. Present on routes that cache. */
    cache: ResponseControl;
  }
  interface FastifyContextConfig {
    /** How the answers of this route are cached: a rule, the name of a profile, or `false` for not at all. */
    cache?: (Rule<FastifyRequest> & object) | string | false;
  }
}

/** What `app.register(shelflife, options)` takes. */
export interface ShelflifeOptions {
  /** Default: that of the scope around this one; without one it must be given. */
  readonly cache?: Cache;
  /**
   * For all routes of this scope and of those within it: a rule or the name of a profile. `false`: none but what
   * a route says itself. Default: that of the scope around this one.
   */
  readonly rule?: Rule<FastifyRequest> | string | false;
}

interface Scope {
  readonly cache: Cache;
  /** `undefined`: only routes with a rule of their own are cached. */
  readonly rule: ResolvedRule | undefined;
}

const SCOPE = Symbol('shelflife.scope');

type Scoped = FastifyInstance & { readonly [SCOPE]?: Scope };

const register: FastifyPluginAsync<ShelflifeOptions> = async (app, { cache, rule }) => {
  const outer = (app as Scoped)[SCOPE];
  const own = cache ?? outer?.cache;
  if (own === undefined) {
    throw setupError('no cache was given. Write app.register(shelflife, { cache: createCache() }).');
  }
  if (Object.hasOwn(app, SCOPE)) {
    throw setupError(
      'it is registered twice in one scope. Give the second its own: app.register(async (child) => …).',
    );
  }
  if (outer === undefined) decorate(app);
  const asked = rule === undefined ? outer?.rule : rule;
  const scope: Scope = { cache: own, rule: asked ? own.rule(asked) : undefined };
  app.decorate(SCOPE, scope).decorate('responseCache', own);
  // Scopes within inherit the hook, so one is enough: it asks the scope of each route for its cache and rule.
  if (outer === undefined) app.addHook('onRoute', cacheRoute);
};

function decorate(app: FastifyInstance): void {
  if (app.hasDecorator('responseCache')) throw takenError('app.responseCache');
  if (app.hasRequestDecorator('cache')) throw takenError('request.cache');
  app.decorateRequest('cache', null as never);
}

function cacheRoute(this: FastifyInstance, route: RouteOptions): void {
  const { cache, rule: inherited } = (this as Scoped)[SCOPE]!;
  const asked = route.config?.cache;
  if (asked === false) return;
  const rule = asked === undefined ? inherited : cache.rule(asked);
  const methods = [route.method].flat();
  if (rule?.ahead === true && !methods.every(isUnsafe)) checkAhead(route);
  // Unsafe methods invalidate what other routes have stored for their URL.
  if (rule === undefined && !methods.some(isUnsafe)) return;
  // Last of the preHandlers, behind authentication; first of the route's onSend hooks, before compression.
  route.preHandler = [route.preHandler ?? [], lookUp(cache, rule ?? cache.rule(false))].flat();
  route.onSend = [handOver, route.onSend ?? []].flat();
  route.onError = [giveWay, route.onError ?? []].flat();
}

function setupError(problem: string): ShelflifeError {
  return new ShelflifeError('ERR_OPTION', `@shelflife/fastify: ${problem}`);
}

function takenError(name: string): ShelflifeError {
  return setupError(
    `another plugin has decorated ${name} already. Register one of the two in a scope of its own.`,
  );
}

/**
 * Fastify 5 plugin that answers from a cache and fills it: `await app.register(shelflife, { cache })` before the
 * routes, and `{ config: { cache: { ttl: '5m' } } }` on a route, or a `rule` for all routes of the scope. A scope
 * within that registers it again inherits the cache and overrides the rule, for itself only.
 *
 * @throws ShelflifeError `ERR_OPTION` when no cache was given, a rule is wrong, a route with `ahead` has hooks that
 * run before its handler, or `responseCache` or `request.cache` is taken.
 */
const shelflife: FastifyPluginAsync<ShelflifeOptions> = fp(register, {
  fastify: '5.x',
  name: '@shelflife/fastify',
});

export default shelflife;
