import { once } from 'node:events';
import { connect } from 'node:net';
import request from 'supertest';
import type { FieldLines } from '../../http/message.js';

/** A response as it came over the socket. */
export interface TestResponse {
  readonly status: number;
  /** Lower-case names; several lines joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The fields in order, with their letter case. */
  readonly lines: FieldLines;
  readonly body: Buffer;
  readonly text: string;
  /** The Cache-Status field without the cache's name: `hit; ttl=59`. */
  readonly cacheStatus: string;
}

type RequestHeaders = Readonly<Record<string, string>>;

/** Sends a request as a normal client does. */
export async function send(
  port: number,
  method: string,
  path: string,
  headers: RequestHeaders,
  body?: string,
): Promise<TestResponse> {
  const agent = request(`http://127.0.0.1:${port}`);
  const sent = agent[method.toLowerCase() as 'get'](path)
    .set(headers)
    .redirects(0)
    .ok(() => true)
    .buffer(true)
    .parse(collect);
  const response = await (body === undefined ? sent : sent.send(body));
  const { rawHeaders } = (response as unknown as { res: { rawHeaders: string[] } }).res;
  return responseOf(
    response.status,
    rawHeaders,
    Buffer.isBuffer(response.body) ? response.body : Buffer.alloc(0),
  );
}

function collect(response: unknown, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  const stream = response as NodeJS.ReadableStream;
  stream.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk as never, 'binary')));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}

function responseOf(status: number, lines: FieldLines, body: Buffer): TestResponse {
  const headers: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at]!.toLowerCase();
    headers[name] = headers[name] === undefined ? lines[at + 1]! : `${headers[name]}, ${lines[at + 1]!}`;
  }
  const cacheStatus = (headers['cache-status'] ?? '').replace(/^\S+; /, '');
  return { status, headers, lines, body, text: body.toString(), cacheStatus };
}

/**
 * Writes bytes to a socket as they are and reads until the server closes it (say `Connection: close` in the last
 * request): for what a normal client would tidy up.
 */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

/** The bytes of a GET request for a raw socket, with these field lines: `'Connection: close'`. */
export function requestText(path: string, ...fields: readonly string[]): string {
  const host = fields.some((field) => /^host:/i.test(field)) ? [] : ['Host: shop'];
  return [`GET ${path} HTTP/1.1`, ...host, ...fields, '', ''].join('\r\n');
}
