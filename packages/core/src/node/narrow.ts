import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Narrowing } from '../exchange/types.js';
import type { Host } from './host.js';

/** Shows the handler the request as `narrowing` says; the returned function shows it whole again. */
export function narrowRequest<Req extends IncomingMessage>(
  req: Req,
  host: Host<Req>,
  narrowing: Narrowing,
): () => void {
  const { headers } = req;
  const url = host.url(req);
  const isNarrower = narrowing.url !== url;
  if (isNarrower) host.setUrl(req, narrowing.url);
  req.headers = narrowHeaders(headers, narrowing);
  return () => {
    req.headers = headers;
    if (isNarrower) host.setUrl(req, url);
  };
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
