import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cache } from '../cache.js';
import type { Outcome, ResponseControl } from '../exchange/types.js';
import type { Reply } from '../http/message.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { sendObserved } from './ahead.js';
import { captureResponse } from './capture.js';
import { headOfNode } from './head.js';
import { type Host, nodeRequest, type Responses } from './host.js';
import { narrowRequest } from './narrow.js';
import { replyOf, sendHit, sendReply } from './send.js';
import { type Asked, createShortcut } from './shortcut.js';
import { viewOf } from './view.js';

/** Middleware as Connect, Express, Fastify's hooks and Nest on Express know it. */
export type NodeMiddleware<Req, Res = ServerResponse> = Enter<Req, Res> & {
  /** Answers a plain hit and does nothing else; whether it has. */
  answer(req: Req, res: Res): boolean;
};

type Enter<Req, Res> = (
  req: Req & { cache?: ResponseControl },
  res: Res,
  next: (error?: Error) => void,
) => void;

/** Frameworks whose responses are Node's. */
const OWN: Responses<ServerResponse> = {
  node: (res) => res,
  head: headOfNode,
  leave: () => true,
  send: sendReply,
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
  const responses = host.responses ?? (OWN as Responses<unknown>);
  const isOver = (res: Res): boolean => responses.node(res).headersSent || responses.node(res).destroyed;

  function act(req: Req & { cache?: ResponseControl }, res: Res, next: () => void, outcome: Outcome): void {
    // While this request waited its client may have left, or somebody answered: its handler need not run.
    if (outcome.action === 'reply') return isOver(res) ? undefined : sendWhole(res, outcome.reply);
    const { capture, control, cacheStatus } = outcome;
    if (isOver(res)) return capture?.abandon();
    req.cache = control;
    if (capture === undefined) {
      const head = responses.head(res);
      head.setField('Cache-Status', cacheStatus);
      overrides.set(nodeRequest(req, host), () => head.removeField('Cache-Status'));
    } else {
      const narrowed = narrowRequest(req, host, capture.narrowing);
      responses.capture(res, capture, narrowed);
      overrides.set(nodeRequest(req, host), () => {
        narrowed.end();
        capture.override();
      });
    }
    if (capture?.run === undefined) next();
    else capture.run(() => next());
  }

  // As hits are sent: one answer has one form, whether it is found by its key or by a shortcut.
  function sendWhole(res: Res, reply: Reply): void {
    if (responses.leave(res)) sendReply(responses.node(res), reply);
    else responses.send(res, reply);
  }

  function ask(req: Req): Asked | undefined {
    overrides.get(nodeRequest(req, host))?.();
    return shortcut?.ask(req);
  }

  /** Sends what is stored, where the shortcut knows of it. */
  function answer(res: Res, asked: Asked | undefined): boolean {
    const hit = asked && shortcut!.recall(asked);
    if (hit === undefined) return false;
    if (isOver(res)) return true;
    if (!responses.leave(res)) responses.send(res, replyOf(hit, asked!));
    else if (rule.ahead) sendObserved(cache, shortcut!, responses.node(res), hit, asked!);
    else sendHit(responses.node(res), hit, asked!);
    return true;
  }

  const enter: Enter<Req, Res> = (req, res, next) => {
    // Somebody is answering already: there is nothing to look up.
    if (responses.node(res).headersSent) return next();
    const asked = ask(req);
    if (answer(res, asked)) return;
    const outcome = cache.open(viewOf(req, host), rule);
    if (!(outcome instanceof Promise)) {
      if (asked !== undefined) shortcut!.remember(asked, outcome);
      return act(req, res, next, outcome);
    }
    // What outer middleware throws as the answer goes out is for the error handlers, as on the other way.
    // oxlint-disable-next-line promise/no-callback-in-promise
    outcome.then((later) => act(req, res, next, later)).catch(next);
  };
  return Object.assign(enter, {
    answer: (req: Req, res: Res) => !responses.node(res).headersSent && answer(res, ask(req)),
  });
}
