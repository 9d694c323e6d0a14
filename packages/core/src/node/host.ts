import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Capture } from '../exchange/types.js';
import type { Reply } from '../http/message.js';
import type { Head } from './head.js';
import type { Narrowed } from './narrow.js';
import type { Replacement } from './replace.js';

/** What a framework on node:http must tell about its requests, and how it answers them; nothing more. */
export interface Host<Req, Res = ServerResponse> {
  /** Node's own request. Absent: the framework's request is Node's, as in Express. */
  node?(req: Req): IncomingMessage;
  /** Path and query as the client sent them, also inside a mounted router. */
  url(req: Req): string;
  /** Path and query as they are routed, when middleware may rewrite them. */
  routedUrl?(req: Req): string;
  /** `http` or `https`, with what the framework was told of proxies. */
  scheme(req: Req): string;
  /** What a request looks like with another path and query than the client sent: without parameters that do not count. */
  withUrl(req: Req, url: string): readonly Replacement[];
  /** The whole application, for requests the cache makes itself. `undefined`: it cannot be entered. */
  application(req: Req): RequestListener | undefined;
  /** How it answers. Absent: through Node's own response, as in Express. */
  readonly responses?: Responses<Res>;
}

/** How a framework answers that does not do it through Node's response alone. */
export interface Responses<Res> {
  /** Node's own response. */
  node(res: Res): ServerResponse;
  head(res: Res): Head;
  /**
   * Leaves a response to whoever writes to Node's own, with the fields it has by now. False when it cannot be left,
   * because hooks of the framework have to see what goes out.
   */
  leave(res: Res): boolean;
  /** Sends a whole reply through those hooks, beside the fields that they set for this request. */
  send(res: Res, reply: Reply): void;
  /** Listens to what the handler says and hands it to a capture, which decides what goes out. */
  capture(res: Res, capture: Capture, narrowed: Narrowed): void;
}

/** Node's own request of a framework's. */
export function nodeRequest<Req, Res>(req: Req, host: Host<Req, Res>): IncomingMessage {
  return host.node === undefined ? (req as IncomingMessage) : host.node(req);
}
