import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as zlib from 'node:zlib';
import type { App } from './app.js';
import type { TestAnswer } from './host.js';

export const COMPRESS: { readonly ttl: '1m'; readonly compress: true } = { ttl: '1m', compress: true };
/** A body that compresses well. */
export const LONG: string = 'long text '.repeat(1000);
export const PAGE: TestAnswer = { headers: { 'Content-Type': 'text/plain', ETag: '"v1"' }, body: LONG };

/** Bytes with so many different values that nothing can be said of the next. */
export function noise(length: number, values: number): Buffer {
  let state = 1;
  return Buffer.from(Array.from({ length }, () => (state = (state * 16_807) % 2_147_483_647) % values));
}

/** A response as it came over the socket, and its body decoded. */
export interface Coded {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly coding: string | undefined;
  readonly size: number;
  readonly text: string;
}

// Node 22.15 and later.
const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: typeof zlib.gunzipSync };

/** What a client that accepts zstd alone gets: this Node may not have it. */
export const ZSTD: 'zstd' | undefined = zstdDecompressSync && 'zstd';

const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  ...(zstdDecompressSync && { zstd: zstdDecompressSync }),
};

/** A client that leaves the content coding alone, and sends no Accept-Encoding unless it is told to. */
export async function ask(
  { port }: App,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Coded> {
  const sent = (method === 'GET' ? get : request)({
    host: '127.0.0.1',
    port,
    path: '/',
    method,
    headers,
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = await buffer(response);
  const coding = response.headers['content-encoding'];
  const decode = DECODERS[coding ?? ''];
  const isWhole = body.length > 0 && decode !== undefined;
  return {
    status: response.statusCode!,
    headers: response.headers as Coded['headers'],
    coding,
    size: body.length,
    text: (isWhole ? decode(body) : body).toString(),
  };
}
