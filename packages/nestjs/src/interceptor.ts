import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { defer, lastValueFrom, Observable } from 'rxjs';
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
    const { enter, evicting } = this.handlers.of(context.getClass(), context.getHandler() as () => unknown);
    const [request, response] = context.getArgs<[unknown, unknown]>();
    const answer = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    // Not before it is subscribed to: the handler runs in the async context in which it is asked for.
    const run = defer(() => (evicting === undefined ? next.handle() : evicting(request, answer)));
    if (enter === undefined) return run;
    // Not a promise: on a hit the response is sent, and nothing follows.
    return new Observable((subscriber) => enter(request, response, () => run.subscribe(subscriber)));
  }
}
