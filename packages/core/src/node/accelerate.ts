import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Cache } from '../cache.js';
import { createFront, type Front } from './ahead.js';
import type { ExpressRequest } from './express.js';

/** Options of `accelerate()`. */
export interface AccelerateOptions {
  /** Is told of each answer ahead of the framework, whose access log does not see it. Called when the answer was handed to Node. */
  readonly answered?: (req: IncomingMessage, res: ServerResponse, status: number) => void;
}

/** What is needed of an Express application, 5 or 4. */
export interface Application {
  readonly request: object;
  handle(req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void): void;
}

type Protocol = Pick<ExpressRequest, 'protocol'>;

/** Answers ahead of an Express application, whatever server it runs on. */
export function accelerateExpress(
  app: Application,
  cache: Pick<Cache, 'recall'>,
  { answered }: AccelerateOptions = {},
): void {
  const front = createFront(cache, (req) => schemeBehind(app, req), answered);
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `app`
  const { handle } = app;
  app.handle = (req, res, next) => {
    // Within another application it is the other's middleware that comes first.
    if (next !== undefined || !front(req, res)) handle.call(app, req, res, next);
  };
}

/** Answers ahead of all listeners of a server. What proxies say of the scheme is left to them. */
export function accelerateServer(
  server: Server,
  cache: Pick<Cache, 'recall'>,
  { answered }: AccelerateOptions = {},
): void {
  const front: Front = createFront(cache, (req) => (isProxied(req) ? undefined : ownScheme(req)), answered);
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (req, res) => {
    if (!front(req, res)) for (const listener of listeners) listener.call(server, req, res);
  });
}

function ownScheme({ socket }: IncomingMessage): string {
  return (socket as { readonly encrypted?: boolean }).encrypted === true ? 'https' : 'http';
}

function isProxied({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.some((name) => name.length === 17 && name.toLowerCase() === 'x-forwarded-proto');
}

/** What `req.protocol` will be: that of the connection, or of a proxy that the application trusts. */
function schemeBehind({ request }: Application, req: IncomingMessage): string {
  if (!isProxied(req)) return ownScheme(req);
  const { socket, headers } = req;
  const asked = { socket: { value: socket }, connection: { value: socket }, headers: { value: headers } };
  return (Object.create(request, asked) as Protocol).protocol;
}
