import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Narrowing } from '../exchange/types.js';
import { withoutFields } from '../http/fields.js';
import { type Host, nodeRequest } from './host.js';

/** A request of which the handler sees only what the key covers, also while its body is being sent. */
export interface Narrowed {
  /** Runs what belongs to others than the handler, such as outer middleware, with the whole request. */
  readonly outside: <T>(run: () => T) => T;
  /** Shows the request whole from now on. */
  readonly end: () => void;
}

/** Shows the handler the request as `narrowing` says. */
export function narrowRequest<Req>(req: Req, host: Host<Req>, narrowing: Narrowing): Narrowed {
  const { url, hidden, onRead } = narrowing;
  if (url === host.url(req) && hidden.size === 0 && onRead === undefined) return WHOLE;
  const node = nodeRequest(req, host);
  const forms = formsOf(node, narrowing);
  let show = hide();
  let state: 'narrow' | 'outside' | 'ended' = 'narrow';

  function hide(): () => void {
    const restoreUrl = url === host.url(req) ? undefined : host.setUrl(req, url);
    setForms(node, forms.part);
    return () => {
      setForms(node, forms.whole);
      restoreUrl?.();
    };
  }

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

/** The forms in which Node has the headers of a request. */
type Forms = Partial<Pick<IncomingMessage, 'headers' | 'headersDistinct' | 'rawHeaders'>>;

function formsOf(
  req: IncomingMessage,
  { hidden, cookie, onRead }: Narrowing,
): { readonly whole: Forms; readonly part: Forms } {
  const watch = (visible: IncomingHttpHeaders): IncomingHttpHeaders =>
    onRead === undefined ? visible : watched(visible, onRead);
  const { headers } = req;
  if (hidden.size === 0) return { whole: { headers }, part: { headers: watch(headers) } };
  const { headersDistinct, rawHeaders } = req;
  return {
    whole: { headers, headersDistinct, rawHeaders },
    part: {
      headers: watch({ ...without(headers, hidden), ...(cookie && { cookie }) }),
      // Requests of HTTP/2 do not have it.
      headersDistinct: { ...without(headersDistinct ?? {}, hidden), ...(cookie && { cookie: [cookie] }) },
      rawHeaders: [...withoutFields(rawHeaders, hidden), ...(cookie ? ['Cookie', cookie] : [])],
    },
  };
}

// Not assignments: requests of HTTP/2 have getters only.
function setForms(req: IncomingMessage, forms: Forms): void {
  for (const [name, value] of Object.entries(forms))
    Object.defineProperty(req, name, { value, configurable: true, enumerable: true, writable: true });
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
