import type { IncomingHttpHeaders } from 'node:http';
import { canonicalAuthority } from '../key/authority.js';
import type { Headers, RequestView } from '../http/message.js';
import { type Host, nodeRequest } from './host.js';
import { contentOf } from './content.js';
import { isRefresh, reenter } from './reenter.js';

/** The view of a Node request that core works with. It keeps the headers as they are now, whatever is hidden later. */
export function viewOf<Req, Res>(req: Req, host: Host<Req, Res>): RequestView {
  const scheme = host.scheme(req);
  const node = nodeRequest(req, host);
  const headers: Headers = node.headers;
  const application = host.application(req);
  return {
    method: node.method ?? 'GET',
    url: host.url(req),
    headers,
    authority: canonicalAuthority(authorityOf(node.headers), scheme),
    scheme,
    raw: req,
    refresh: isRefresh(node),
    ...routedUrlOf(req, host),
    ...(node.method === 'QUERY' && { content: (limit) => contentOf(node, req as object, limit) }),
    // A refresh is made of the key, which holds no more than a digest of the content.
    ...(application !== undefined &&
      node.method !== 'QUERY' && {
        reenter: (request) => reenter(application, request, node.socket.remoteAddress),
      }),
  };
}

function routedUrlOf<Req, Res>(req: Req, host: Host<Req, Res>): { readonly routedUrl?: string } {
  const routedUrl = host.routedUrl?.(req) ?? host.url(req);
  return routedUrl === host.url(req) ? {} : { routedUrl };
}

/** HTTP/2 has a field of its own for it (RFC 9113 section 8.3.1). */
function authorityOf(headers: IncomingHttpHeaders): string | undefined {
  return (headers[':authority'] as string | undefined) ?? headers.host;
}
