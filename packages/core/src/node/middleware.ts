import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cache } from '../cache.js';
import type { Outcome, ResponseControl } from '../exchange/types.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { sendObserved } from './ahead.js';
import { captureResponse } from './capture.js';
import { headOfNode } from './head.js';
import { type Host, nodeRequest, type Responses } from './host.js';
import { narrowRequest } from './narrow.js';
import { sendHit, sendReply } from './send.js';
import { type Asked, createShortcut, type Hit } from './shortcut.js';
import { viewOf } from './view.js';

/** Middleware as Connect, Express, Fastify's hooks and Nest on Express know it. */
export type NodeMiddleware<Req, Res = ServerResponse> = (
  req: Req & { cache?: ResponseControl },
  res: Res,
  next: (error?: Error) => void,
) => void;

/** Frameworks whose responses are Node's. */
const OWN: Responses<unknown, ServerResponse> = {
  node: (res) => res,
  head: headOfNode,
  send: sendReply,
  sendHit,
  capture: captureResponse,
};

// What ends the part that an outer rule plays in a request.
const overrides = new WeakMap<IncomingMessage, () => void>();

/** Puts a cache in front of what `next` leads to. The rule of an inner call takes the place of that of an outer one. */
export function nodeMiddleware<Req, Res = ServerResponse>(
  cache: Pick<Cache, 'open' | 'recall'>,
  rule: ResolvedRule,
  host: Host<Req, Res>,
): NodeMiddleware<Req, Res> {
  const shortcut = createShortcut(cache, rule, host);
  const responses = host.responses ?? (OWN as unknown as Responses<Req, Res>);
  const isOver = (res: Res): boolean => responses.node(res).headersSent || responses.node(res).destroyed;

  function act(req: Req & { cache?: ResponseControl }, res: Res, next: () => void, outcome: Outcome): void {
    // While this request waited its client may have left, or somebody answered: its handler need not run.
    if (outcome.action === 'reply') return isOver(res) ? undefined : responses.send(res, outcome.reply, req);
    const { capture, control, cacheStatus } = outcome;
    if (isOver(res)) return capture?.abandon();
    req.cache = control;
    if (capture === undefined) {
      const head = responses.head(res);
      head.setField('Cache-Status', cacheStatus);
      overrides.set(nodeRequest(req, host), () => head.removeField('Cache-Status'));
    } else {
      const narrowed = narrowRequest(req, host, capture.narrowing);
      responses.capture(res, capture, narrowed, req);
      overrides.set(nodeRequest(req, host), () => {
        narrowed.end();
        capture.override();
      });
    }
    if (capture?.run === undefined) next();
    else capture.run(() => next());
  }

  function sendAsked(req: Req, res: Res, hit: Hit, asked: Asked): void {
    const send = (): void => responses.sendHit(res, hit, asked, req);
    if (!rule.ahead || host.responses !== undefined) return send();
    sendObserved(cache, shortcut!, { res: responses.node(res), asked, forms: hit.forms, send });
  }

  return (req, res, next) => {
    // Somebody is answering already: there is nothing to look up.
    if (responses.node(res).headersSent) return next();
    overrides.get(nodeRequest(req, host))?.();
    const asked = shortcut?.ask(req);
    const hit = asked && shortcut!.recall(asked);
    if (hit !== undefined) return isOver(res) ? undefined : sendAsked(req, res, hit, asked!);
    const outcome = cache.open(viewOf(req, host), rule);
    if (!(outcome instanceof Promise)) {
      if (asked !== undefined) shortcut!.remember(asked, outcome);
      return act(req, res, next, outcome);
    }
    // What outer middleware throws as the answer goes out is for the error handlers, as on the other way.
    // oxlint-disable-next-line promise/no-callback-in-promise
    outcome.then((later) => act(req, res, next, later)).catch(next);
  };
}
