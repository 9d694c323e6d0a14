import type { Cache } from '../cache.js';
import type { Place } from '../exchange/recall.js';
import type { Outcome } from '../exchange/types.js';
import type { StoredResponse } from '../http/message.js';
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
}

/** What is known of requests that ask alike. No body is held by it. */
interface Known {
  readonly scheme: string;
  readonly place: Place;
  forms: Forms | undefined;
}

/** Bounds what clients can make this process keep in mind: about 1 KB for each. */
const MAX_KNOWN = 8192;
const MAX_TEXT = 1024;

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
    hosts.set(name, targets.set(target, { scheme, place, forms: undefined }));
  }

  return {
    ask(req) {
      const node = nodeRequest(req, host);
      const { method } = node;
      if (method !== 'GET' && method !== 'HEAD') return undefined;
      const url = host.url(req);
      // What was rewritten on its way here asks for something else.
      if (host.routedUrl !== undefined && host.routedUrl(req) !== url) return undefined;
      const question = questionOf(node, names);
      if (question === undefined) return undefined;
      const { host: name, counted, noneMatch } = question;
      const target = counted === '' ? url : `${url.length}:${url}${counted}`;
      return { isHead: method === 'HEAD', noneMatch, host: name, scheme: host.scheme(req), url, target };
    },
    recall(asked) {
      const known = hosts.get(asked.host)?.get(asked.target);
      if (known === undefined || known.scheme !== asked.scheme) return undefined;
      const { forms: last } = known;
      const recalled = recall(known.place, asked.url, last?.dressed);
      if (recalled === undefined) return undefined;
      const { stored, dressed } = recalled;
      const forms = formsOf(dressed, stored, last);
      known.forms = forms;
      return { stored, forms };
    },
    remember(asked, outcome) {
      if (outcome.action !== 'reply' || outcome.place === undefined) return;
      if (names.learn(outcome.place.varyNames)) keep(asked, outcome.place);
    },
  };
}
