import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cache } from '../cache.js';
import type { Outcome, ResponseControl } from '../exchange/types.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { captureResponse } from './capture.js';
import type { Host } from './host.js';
import { narrowRequest } from './narrow.js';
import { sendReply } from './send.js';
import { viewOf } from './view.js';

/** Middleware as Connect, Express and Nest on Express know it. */
export type NodeMiddleware<Req extends IncomingMessage> = (
  req: Req & { cache?: ResponseControl },
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

// What ends the part that an outer rule plays in a request.
const overrides = new WeakMap<IncomingMessage, () => void>();

/** Puts a cache in front of what `next` leads to. The rule of an inner call takes the place of that of an outer one. */
export function nodeMiddleware<Req extends IncomingMessage>(
  cache: Pick<Cache, 'open'>,
  rule: ResolvedRule,
  host: Host<Req>,
): NodeMiddleware<Req> {
  return (req, res, next) => {
    // Somebody is answering already: there is nothing to look up.
    if (res.headersSent) return next();
    overrides.get(req)?.();
    const outcome = cache.open(viewOf(req, host), rule);
    if (!(outcome instanceof Promise)) return act(req, res, next, host, outcome);
    // What outer middleware throws as the answer goes out is for the error handlers, as on the other way.
    // oxlint-disable-next-line promise/no-callback-in-promise
    outcome.then((later) => act(req, res, next, host, later)).catch(next);
  };
}

function act<Req extends IncomingMessage>(
  req: Req & { cache?: ResponseControl },
  res: ServerResponse,
  next: () => void,
  host: Host<Req>,
  outcome: Outcome,
): void {
  if (outcome.action === 'reply') return sendReply(res, outcome.reply);
  const { capture, control, cacheStatus } = outcome;
  // While this request waited its client left, or somebody answered: its handler need not run.
  if (res.destroyed || res.headersSent) return capture?.abandon();
  req.cache = control;
  if (capture === undefined) {
    res.setHeader('Cache-Status', cacheStatus);
    overrides.set(req, () => res.removeHeader('Cache-Status'));
  } else {
    const narrowed = narrowRequest(req, host, capture.narrowing);
    captureResponse(res, capture, res.getHeaders(), narrowed);
    overrides.set(req, () => {
      narrowed.end();
      capture.override();
    });
  }
  next();
}
