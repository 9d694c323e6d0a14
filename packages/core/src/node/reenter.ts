import type { IncomingMessage, RequestListener } from 'node:http';
import inject from 'light-my-request';
import type { RefreshRequest } from '../http/message.js';

// Known by identity: no header a client can send makes a request pass for one of these.
const refreshes = new WeakSet<IncomingMessage>();

/** Whether the cache made this request itself. */
export function isRefresh(req: IncomingMessage): boolean {
  return refreshes.has(req);
}

/**
 * Sends a request through the application without a network, and resolves with the status when its response has ended. `address` is
 * that of the peer whose request met the stale response: applications trust forwarding headers by it.
 */
export async function reenter(
  application: RequestListener,
  request: RefreshRequest,
  address: string | undefined,
): Promise<number> {
  const { url, authority, scheme, headers, signal } = request;
  const enter: RequestListener = (req, res) => {
    refreshes.add(req);
    // The injector would give its own name.
    if (headers['user-agent'] === undefined) delete req.headers['user-agent'];
    // Express 4 reads the old name, for which the injector would print a deprecation.
    Object.defineProperty(req, 'connection', { value: req.socket });
    if (scheme === 'https') Object.assign(req.socket, { encrypted: true });
    // Frameworks that change the prototype of a response take the injector's own `write` away, and with it the drain.
    res.socket?.on('drain', () => res.emit('drain'));
    application(req, res);
  };
  const { statusCode } = await inject(enter, {
    method: 'GET',
    url,
    headers: { ...(headers as Record<string, string>), host: authority },
    signal,
    ...(address !== undefined && { remoteAddress: address }),
  });
  return statusCode;
}
