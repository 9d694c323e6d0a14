import type { ServerResponse } from 'node:http';
import { withoutFields } from '../http/fields.js';
import type { Reply } from '../http/message.js';

/** Sends a whole reply. Fields that this request's own middleware has set win over the ones it set for the stored response. */
export function sendReply(res: ServerResponse, reply: Reply): void {
  if (res.headersSent || res.destroyed) return;
  const own = reply.preset?.filter((name) => res.hasHeader(name)) ?? [];
  const lines = own.length === 0 ? [...reply.lines] : withoutFields(reply.lines, new Set(own));
  if (reply.reason === undefined) res.writeHead(reply.status, lines);
  else res.writeHead(reply.status, reply.reason, lines);
  if (reply.body === null) res.end();
  else res.end(reply.body);
}
