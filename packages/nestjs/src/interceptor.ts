import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { concatMap, defer, Observable } from 'rxjs';
import type { Evictor } from './evict.js';
import { HANDLERS, type Handlers } from './handlers.js';

/**
 * Answers controller handlers from the cache and fills it with what they send. Guards have run by then; pipes and
 * the handler run on a miss only. `ShelflifeModule` registers it for the whole application, unless it is told not
 * to: then write `@UseInterceptors(ResponseCacheInterceptor)`, before other interceptors. On a hit the interceptors
 * outside of this one see neither a value nor an end.
 */
@Injectable()
export class ResponseCacheInterceptor implements NestInterceptor {
  constructor(@Inject(HANDLERS) private readonly handlers: Handlers) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const { enter, evict } = this.handlers.of(context.getClass(), context.getHandler());
    const http = context.switchToHttp();
    const request: unknown = http.getRequest();
    const run = evict === undefined ? next.handle() : around(evict, request, next);
    if (enter === undefined) return run;
    // Not a promise: on a hit the response is sent, and nothing follows.
    return new Observable((subscriber) =>
      enter(request, http.getResponse(), () => run.subscribe(subscriber)),
    );
  }
}

/** Invalidates around a handler: what it returns is sent when that is done. */
function around(evict: Evictor, request: unknown, next: CallHandler): Observable<unknown> {
  return defer(async () => evict.before(request)).pipe(
    concatMap(() => next.handle()),
    concatMap(async (value: unknown) => {
      await evict.after(request, value);
      return value;
    }),
  );
}
