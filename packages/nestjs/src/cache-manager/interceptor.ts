import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { isUnsafe } from '@shelflife/core/node';
import { concatMap, Observable, of } from 'rxjs';
import { CACHE_RULE, CACHEABLE, isEventStream, NO_CACHE, read } from '../metadata.js';
import type { Cache } from './cache.js';
import {
  CACHE_KEY_METADATA,
  CACHE_TTL_METADATA,
  type CacheKeyFactory,
  type CacheTTLFactory,
} from './decorators.js';
import { CACHE_MANAGER } from './tokens.js';
import { RESPONSES, type Responses } from './responses.js';
import { durationOf } from './ttl.js';

type Key = string | undefined | null;

/**
 * Answers GET requests from the cache and fills it with whole responses: status, fields and body. Outside of HTTP it
 * caches what a handler with a `@CacheKey()` returns.
 */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  @Optional()
  @Inject(HttpAdapterHost)
  protected readonly httpAdapterHost!: HttpAdapterHost;

  /** Without the module, as in a unit test, no response is cached. */
  @Optional()
  @Inject(RESPONSES)
  private readonly responses: Responses | undefined;

  protected allowedMethods: string[] = ['GET'];

  constructor(
    @Inject(CACHE_MANAGER) protected readonly cacheManager: Cache,
    @Inject(Reflector) protected readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const key = await this.trackBy(context);
    const ttl = key ? await ttlOf(context, this.reflector) : undefined;
    if (context.getType() !== 'http')
      return key && ttl !== 0 ? valueOf(this.cacheManager, key, ttl, next) : next.handle();
    if (this.responses === undefined || isLeftAlone(context)) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<{ readonly method: string }>();
    const asked = key && ttl !== 0 ? { key, ttl, by: this.userOf(context) } : undefined;
    if (asked === undefined && !isUnsafe(request.method)) return next.handle();
    const enter = this.responses.of(request, asked);
    // Not a promise: on a hit the response is sent, and nothing follows.
    return new Observable((subscriber) =>
      enter(request, http.getResponse(), () => next.handle().subscribe(subscriber)),
    );
  }

  /** The key of a request: that of `@CacheKey()`, or its URL. `undefined`: it is not cached. */
  protected trackBy(context: ExecutionContext): Promise<Key> | Key {
    const key = this.reflector.get<string | CacheKeyFactory | undefined>(
      CACHE_KEY_METADATA,
      context.getHandler(),
    );
    if (key) return typeof key === 'function' ? key(context) : key;
    if (context.getType() !== 'http' || !this.isRequestCacheable(context)) return undefined;
    return this.httpAdapterHost.httpAdapter.getRequestUrl(context.getArgByIndex(0)) as string;
  }

  /** Whether a request without a `@CacheKey()` is cached. Default: those with GET are. */
  protected isRequestCacheable(context: ExecutionContext): boolean {
    return this.allowedMethods.includes(context.switchToHttp().getRequest<{ method: string }>().method);
  }

  /**
   * Not in the original. The user that the answer is for, when nothing else about him decides it: requests with
   * `Authorization` or cookies are then cached, each user's apart. Default: they are not.
   */
  protected userOf(_context: ExecutionContext): string | undefined {
    return undefined;
  }
}

/** What `@CacheTTL()` says: milliseconds, and `0` as well when its function fails. */
async function ttlOf(context: ExecutionContext, reflector: Reflector): Promise<number | undefined> {
  const ttl = reflector.getAllAndOverride<number | CacheTTLFactory | undefined>(CACHE_TTL_METADATA, [
    context.getHandler(),
    context.getClass(),
  ]);
  if (typeof ttl !== 'function') return ttl;
  try {
    const ms = (await ttl(context)) ?? undefined;
    if (ms !== undefined) durationOf(ms);
    return ms;
  } catch (error) {
    warn(`@CacheTTL() of ${context.getClass().name}`, error);
    return 0;
  }
}

/** What a handler returned before, or returns now. */
async function valueOf(
  cache: Cache,
  key: string,
  ttl: number | undefined,
  next: CallHandler,
): Promise<Observable<unknown>> {
  const value = await cache.get(key);
  if (value !== undefined && value !== null) return of(value);
  const keep = async (made: unknown): Promise<unknown> => {
    await cache.set(key, made, ttl).catch((error: unknown) => warn(`key '${key}'`, error));
    return made;
  };
  return next.handle().pipe(concatMap(keep));
}

function warn(what: string, error: unknown): void {
  new Logger('Shelflife').warn(`${what}: not cached. ${String(error)}`);
}

/** Whether a handler is none of this interceptor's business, because a decorator of Shelflife speaks for it. */
function isLeftAlone(context: ExecutionContext): boolean {
  const places = [context.getHandler(), context.getClass()];
  const isSpokenFor = (key: string): boolean => places.some((place) => read(key, place) !== undefined);
  return isEventStream(context.getHandler()) || [CACHEABLE, CACHE_RULE, NO_CACHE].some(isSpokenFor);
}
