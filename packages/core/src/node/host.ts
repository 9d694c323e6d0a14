import type { IncomingMessage, RequestListener } from 'node:http';

/** What a framework on node:http must tell about its requests, and nothing more. */
export interface Host<Req> {
  /** Node's own request. Absent: the framework's request is Node's, as in Express. */
  node?(req: Req): IncomingMessage;
  /** Path and query as the client sent them, also inside a mounted router. */
  url(req: Req): string;
  /** Path and query as they are routed, when middleware may rewrite them. */
  routedUrl?(req: Req): string;
  /** `http` or `https`, with what the framework was told of proxies. */
  scheme(req: Req): string;
  /**
   * Gives the handler another path and query than the client sent: without parameters that do not count. What it
   * returns puts everything back.
   */
  setUrl(req: Req, url: string): () => void;
  /** The whole application, for requests the cache makes itself. `undefined`: it cannot be entered. */
  application(req: Req): RequestListener | undefined;
}

/** Node's own request of a framework's. */
export function nodeRequest<Req>(req: Req, host: Host<Req>): IncomingMessage {
  return host.node === undefined ? (req as IncomingMessage) : host.node(req);
}
