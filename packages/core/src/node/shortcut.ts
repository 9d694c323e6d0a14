import type { IncomingMessage } from 'node:http';
import type { Cache } from '../cache.js';
import type { Place } from '../exchange/recall.js';
import type { Outcome } from '../exchange/types.js';
import type { FieldLines, StoredResponse } from '../http/message.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { fieldNamesOf } from './field-names.js';
import { type Forms, formsOf } from './forms.js';
import { type Host, nodeRequest } from './host.js';
import { questionOf } from './question.js';

/** A request that asks in the plainest way for what may be stored. */
export interface Asked {
  readonly isHead: boolean;
  readonly noneMatch: string | undefined;
  readonly host: string;
  readonly scheme: string;
  readonly url: string;
  /** The URL with the headers that count beside it. */
  readonly target: string;
}

/** A stored response that answers a request, to be sent at once. */
export interface Hit {
  readonly stored: StoredResponse;
  readonly forms: Forms;
}

/** The first level of a cache: from a URL as it was received to where its answer was, without a key to be made. */
export interface Shortcut<Req> {
  /** `undefined`: this request has to go all the way. */
  ask(req: Req): Asked | undefined;
  /** `undefined`: nothing is known that could be sent. */
  recall(asked: Asked): Hit | undefined;
  /** Keeps in mind where the answer was. */
  remember(asked: Asked, outcome: Outcome): void;
  /** As `ask`, for a request that the framework has not seen yet. */
  askAhead(node: IncomingMessage, scheme: string): Asked | undefined;
  /** As `recall`, for the very response that `allow` was called for. */
  recallAhead(asked: Asked): Hit | undefined;
  /** This response may be sent ahead of the framework. */
  allow(asked: Asked, forms: Forms): void;
}

/** What is known of requests that ask alike. No body is held by it. */
interface Known {
  readonly scheme: string;
  readonly place: Place;
  forms: Forms | undefined;
  /** The fields of the response that may be sent ahead of the framework. */
  allowed: FieldLines | undefined;
}

/** Bounds what clients can make this process keep in mind: about 1 KB for each. */
const MAX_KNOWN = 8192;
const MAX_TEXT = 1024;

function targetOf(url: string, counted: string): string {
  return counted === '' ? url : `${url.length}:${url}${counted}`;
}

function isRead(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The shortcut of one rule; `undefined` when each of its requests has to go all the way. */
export function createShortcut<Req, Res>(
  { recall }: Pick<Cache, 'recall'>,
  rule: ResolvedRule,
  host: Host<Req, Res>,
): Shortcut<Req> | undefined {
  const names = fieldNamesOf(rule);
  if (names === undefined) return undefined;
  const hosts = new Map<string, Map<string, Known>>();
  let count = 0;

  function keep({ host: name, target, scheme }: Asked, place: Place): void {
    if (name.length + target.length > MAX_TEXT) return;
    if (++count > MAX_KNOWN) {
      hosts.clear();
      count = 1;
    }
    const targets = hosts.get(name) ?? new Map<string, Known>();
    hosts.set(name, targets.set(target, { scheme, place, forms: undefined, allowed: undefined }));
  }

  function askFor(node: IncomingMessage, isHead: boolean, url: string, scheme: string): Asked | undefined {
    const question = questionOf(node, names!);
    if (question === undefined) return undefined;
    const { host: name, counted, noneMatch } = question;
    const target = targetOf(url, counted);
    return { isHead, noneMatch, host: name, scheme, url, target };
  }

  function knownOf(asked: Asked): Known | undefined {
    const known = hosts.get(asked.host)?.get(asked.target);
    return known?.scheme === asked.scheme ? known : undefined;
  }

  function recallKnown(known: Known, url: string, isSame: boolean): Hit | undefined {
    const { forms: last } = known;
    const recalled = recall(known.place, url, last?.dressed, isSame);
    if (recalled === undefined) return undefined;
    const { stored, dressed } = recalled;
    const forms = formsOf(dressed, stored, last);
    known.forms = forms;
    return { stored, forms };
  }

  return {
    ask(req) {
      const node = nodeRequest(req, host);
      const { method } = node;
      if (!isRead(method)) return undefined;
      const url = host.url(req);
      // What was rewritten on its way here asks for something else.
      if (host.routedUrl !== undefined && host.routedUrl(req) !== url) return undefined;
      return askFor(node, method === 'HEAD', url, host.scheme(req));
    },
    recall(asked) {
      const known = knownOf(asked);
      return known && recallKnown(known, asked.url, false);
    },
    askAhead: (node, scheme) =>
      isRead(node.method) ? askFor(node, node.method === 'HEAD', node.url!, scheme) : undefined,
    recallAhead(asked) {
      const known = knownOf(asked);
      if (known?.allowed === undefined || known.allowed !== known.forms?.dressed.of) return undefined;
      return recallKnown(known, asked.url, true);
    },
    allow(asked, forms) {
      const known = knownOf(asked);
      if (known !== undefined) known.allowed = forms.dressed.of;
    },
    remember(asked, outcome) {
      if (outcome.action !== 'reply' || outcome.place === undefined) return;
      if (names.learn(outcome.place.varyNames)) keep(asked, outcome.place);
    },
  };
}
