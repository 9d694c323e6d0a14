import type { ServerResponse } from 'node:http';
import type { Reply } from '../http/message.js';
import { headOfNode, setHead } from './head.js';

/** Sends a whole reply beside the fields that this request's own middleware has set. */
export function sendReply(res: ServerResponse, reply: Reply): void {
  // Fields given to writeHead would hide from loggers, and with fields set already lose repeated ones.
  setHead(headOfNode(res), reply);
  res.writeHead(reply.status);
  if (reply.body === null) res.end();
  else res.end(reply.body);
}
