import type { IncomingMessage } from 'node:http';
import { canonicalAuthority } from '../key/authority.js';
import type { Headers, RequestView } from '../http/message.js';
import type { Host } from './host.js';
import { isRefresh, reenter } from './reenter.js';

/** The view of a Node request that core works with. It keeps the headers as they are now, whatever is hidden later. */
export function viewOf<Req extends IncomingMessage>(req: Req, host: Host<Req>): RequestView {
  const scheme = host.scheme(req);
  const headers: Headers = req.headers;
  const application = host.application(req);
  return {
    method: req.method ?? 'GET',
    url: host.url(req),
    headers,
    authority: canonicalAuthority(req.headers.host, scheme),
    scheme,
    raw: req,
    refresh: isRefresh(req),
    ...(application !== undefined && { reenter: (request) => reenter(application, request) }),
  };
}
