import type { IncomingMessage, RequestListener } from 'node:http';
import inject from 'light-my-request';
import type { RefreshRequest } from '../http/message.js';

// Known by identity: no header a client can send makes a request pass for one of these.
const refreshes = new WeakSet<IncomingMessage>();

/** Whether the cache made this request itself. */
export function isRefresh(req: IncomingMessage): boolean {
  return refreshes.has(req);
}

/** Sends a request through the application without a network, and resolves when its response has ended. */
export async function reenter(application: RequestListener, request: RefreshRequest): Promise<void> {
  const { url, authority, scheme, headers, signal } = request;
  const enter: RequestListener = (req, res) => {
    refreshes.add(req);
    // Express 4 reads the old name, for which the injector would print a deprecation.
    Object.defineProperty(req, 'connection', { value: req.socket });
    if (scheme === 'https') Object.assign(req.socket, { encrypted: true });
    application(req, res);
  };
  await inject(enter, {
    method: 'GET',
    url,
    headers: { ...(headers as Record<string, string>), host: authority },
    signal,
  });
}
