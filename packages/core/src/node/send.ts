import type { ServerResponse } from 'node:http';
import type { Reply } from '../http/message.js';
import { setFields } from './head.js';

/** Sends a whole reply beside the fields that this request's own middleware has set. */
export function sendReply(res: ServerResponse, reply: Reply): void {
  if (res.headersSent || res.destroyed) return;
  if (reply.reason !== undefined) res.statusMessage = reply.reason;
  // A flat list given to writeHead would hide the fields from loggers, and with fields set already lose repeated ones.
  setFields(res, [...reply.lines]);
  res.writeHead(reply.status);
  if (reply.body === null) res.end();
  else res.end(reply.body);
}
