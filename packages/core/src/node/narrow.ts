import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Narrowing } from '../exchange/types.js';
import { withoutFields } from '../http/fields.js';
import { type Host, nodeRequest } from './host.js';
import { replaceAll, type Replacement } from './replace.js';

/** A request of which the handler sees only what the key covers, also while its body is being sent. */
export interface Narrowed {
  /** Runs what belongs to others than the handler, such as outer middleware, with the whole request. */
  readonly outside: <T>(run: () => T) => T;
  /** Shows the request whole from now on. */
  readonly end: () => void;
}

/** Shows the handler the request as `narrowing` says. */
export function narrowRequest<Req, Res>(req: Req, host: Host<Req, Res>, narrowing: Narrowing): Narrowed {
  const { url, hidden, set, onRead } = narrowing;
  const isWholeUrl = url === host.url(req);
  if (isWholeUrl && hidden.size === 0 && set === undefined && onRead === undefined) return WHOLE;
  const node = nodeRequest(req, host);
  const part: Replacement = [node, visibleOf(node, narrowing)];
  const hide = (): (() => void) => replaceAll([part, ...(isWholeUrl ? [] : host.withUrl(req, url))]);
  let show = hide();
  let state: 'narrow' | 'outside' | 'ended' = 'narrow';

  return {
    outside(run) {
      if (state !== 'narrow') return run();
      state = 'outside';
      show();
      try {
        return run();
      } finally {
        if (state === 'outside') {
          show = hide();
          state = 'narrow';
        }
      }
    },
    end() {
      if (state === 'narrow') show();
      state = 'ended';
    },
  };
}

/** A request that the key covers as it is. */
const WHOLE: Narrowed = { outside: (run) => run(), end() {} };

/** The forms in which Node has the headers of a request, with those that the handler may see. */
function visibleOf(req: IncomingMessage, { hidden, set, cookie, onRead }: Narrowing): Replacement[1] {
  const watch = (visible: IncomingHttpHeaders): IncomingHttpHeaders =>
    onRead === undefined ? visible : watched(visible, onRead);
  const { headers } = req;
  if (hidden.size === 0 && set === undefined) return { headers: watch(headers) };
  const shown = { ...set, ...(cookie && { cookie }) };
  const gone = set === undefined ? hidden : new Set([...hidden, ...Object.keys(set)]);
  const lists = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, [value]]));
  const { headersDistinct, rawHeaders } = req;
  return {
    headers: watch({ ...without(headers, gone), ...shown }),
    // Requests of HTTP/2 do not have it.
    headersDistinct: { ...without(headersDistinct ?? {}, gone), ...lists },
    rawHeaders: [...withoutFields(rawHeaders, gone), ...Object.entries(shown).flat()],
  };
}

function without<T extends object>(headers: T, hidden: ReadonlySet<string>): T {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden.has(name))) as T;
}

function watched(headers: IncomingHttpHeaders, onRead: (header: string) => void): IncomingHttpHeaders {
  return new Proxy(headers, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !(name in Object.prototype)) onRead(name);
      return Reflect.get(target, name, receiver) as unknown;
    },
    has(target, name) {
      if (typeof name === 'string') onRead(name);
      return Reflect.has(target, name);
    },
  });
}
