import type { ServerResponse } from 'node:http';
import { withoutFields } from '../http/fields.js';
import type { Reply } from '../http/message.js';
import { setFields } from './head.js';

/** Sends a whole reply. Fields that this request's own middleware has set win over the ones it set for the stored response. */
export function sendReply(res: ServerResponse, reply: Reply): void {
  if (res.headersSent || res.destroyed) return;
  const own = reply.preset?.filter((name) => res.hasHeader(name)) ?? [];
  const lines = own.length === 0 ? [...reply.lines] : withoutFields(reply.lines, new Set(own));
  // With fields on the response already, Node keeps only the last line of each name in a flat list.
  const isPlain = res.getHeaderNames().length === 0;
  if (!isPlain) setFields(res, lines);
  if (reply.reason !== undefined) res.statusMessage = reply.reason;
  res.writeHead(reply.status, isPlain ? lines : undefined);
  if (reply.body === null) res.end();
  else res.end(reply.body);
}
