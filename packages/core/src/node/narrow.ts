import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Narrowing } from '../exchange/types.js';
import { type Host, nodeRequest } from './host.js';

/** Shows the handler the request as `narrowing` says; the returned function shows it whole again. */
export function narrowRequest<Req>(
  req: Req,
  host: Host<Req>,
  narrowing: Narrowing,
): () => void {
  const node = nodeRequest(req, host);
  const { headers } = node;
  const restoreUrl = narrowing.url === host.url(req) ? undefined : host.setUrl(req, narrowing.url);
  setHeaders(node, narrowHeaders(headers, narrowing));
  return () => {
    setHeaders(node, headers);
    restoreUrl?.();
  };
}

// Not an assignment: requests of HTTP/2 have a getter only.
function setHeaders(req: IncomingMessage, headers: IncomingHttpHeaders): void {
  Object.defineProperty(req, 'headers', { value: headers, configurable: true, enumerable: true, writable: true });
}

function narrowHeaders(headers: IncomingHttpHeaders, { hidden, onRead }: Narrowing): IncomingHttpHeaders {
  const visible =
    hidden.size === 0
      ? headers
      : Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden.has(name)));
  if (onRead === undefined) return visible;
  return new Proxy(visible, {
    get(target, name, receiver) {
      if (typeof name === 'string' && Object.hasOwn(target, name)) onRead(name);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
