import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

/** Fields that are about one connection (RFC 9110 section 7.6.1, and the older Proxy-* and Keep-Alive). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What Node makes anew for each connection. */
const FRAMING: ReadonlySet<string> = new Set(['keep-alive', 'transfer-encoding']);

type Field = readonly [name: string, value: string | string[]];

/** The fields of a request that are for the origin. */
function forOrigin(req: IncomingMessage): readonly Field[] {
  const listed = new Set((req.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return fieldsOf(req, (name) => name !== 'host' && !HOP_BY_HOP.has(name) && !listed.has(name));
}

/**
 * The fields of an answer, with those of one connection, as a careless handler passes them on: a proxy that drops
 * them would be what the suite tests, in place of the cache.
 */
export function forClient(answer: IncomingMessage): readonly Field[] {
  return fieldsOf(answer, (name) => !FRAMING.has(name));
}

/** Names as they were written, repeated lines as lists. */
function fieldsOf(
  { headersDistinct, rawHeaders }: IncomingMessage,
  isWanted: (name: string) => boolean,
): readonly Field[] {
  const written = new Map(
    rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), name] as const] : [])),
  );
  return Object.entries(headersDistinct).flatMap(([name, lines = []]) => {
    if (!isWanted(name)) return [];
    return [[written.get(name) ?? name, lines.length === 1 ? lines[0]! : [...lines]] as const];
  });
}

/** Sends a request on to `origin`, as the cache shows it to handlers; 1xx answers go to `res` at once. */
export function ask(origin: string, req: IncomingMessage, res: ServerResponse): ClientRequest {
  const { method = 'GET', url = '/' } = req;
  const upstream = request(origin + url, {
    method,
    headers: Object.fromEntries(forOrigin(req)),
    agent: false,
  });
  upstream.on('information', (interim) => {
    if (res.headersSent) return;
    if (interim.statusCode === 102) res.writeProcessing();
    if (interim.statusCode === 103) res.writeEarlyHints(interim.headers as Record<string, string>);
  });
  res.once('close', () => upstream.destroy());
  req.pipe(upstream);
  return upstream;
}

/** A reverse proxy as a handler of node:http and Express: streams, and says 502 when there is no answer. */
export function proxyTo(origin: string): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const upstream = ask(origin, req, res);
    upstream.once('response', (answer) => {
      res.statusCode = answer.statusCode!;
      res.statusMessage = answer.statusMessage!;
      for (const [name, value] of forClient(answer)) res.setHeader(name, value);
      // What fails here has ended the answer to the client, which is all there is to do.
      pipeline(answer, res, () => {});
    });
    upstream.on('error', () => {
      if (res.headersSent) return res.destroy();
      res.statusCode = 502;
      res.end('bad gateway');
    });
  };
}
