import type { IncomingMessage } from 'node:http';
import type { RequestContent } from '../http/message.js';
import { exactText } from '../key/exact-text.js';

// What was read here and put back: a second cache on the way of a request cannot read it again.
const contents = new WeakMap<IncomingMessage, Promise<Uint8Array | undefined>>();

/**
 * The content of a request for the key: its bytes, which the handler can still read, or what a parser has left of it.
 * `undefined` when that is more than `limit`, when the client left, or when nobody can tell.
 *
 * @param parsed the framework's request: `body` is what a parser has made of the content; `rawBody`, where somebody
 * keeps it, the bytes it was made of.
 */
export async function contentOf(
  req: IncomingMessage,
  parsed: { readonly body?: unknown; readonly rawBody?: unknown },
  limit: number,
): Promise<RequestContent | undefined> {
  const known = contents.get(req);
  if (known !== undefined) return known;
  if (!req.readableDidRead && !req.readableFlowing) {
    const reading = peek(req, limit);
    contents.set(req, reading);
    return reading;
  }
  // Of a form with files they leave the rest in places of their own: `files` in Multer.
  if (/^\s*multipart\//i.test(req.headers['content-type'] ?? '')) return undefined;
  // The handler sees no more of the content than this.
  const seen = [parsed.rawBody, parsed.body].filter((part) => part !== undefined);
  const texts = seen.map(exactText);
  const text = seen.length === 0 || texts.includes(undefined) ? undefined : texts.join('\n');
  return text === undefined || text.length > 2 * limit ? undefined : text;
}

/** Reads the content and puts it back. Whoever attaches to the stream afterwards finds it as it was. */
async function peek(req: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > limit) return undefined;
  // Requests of HTTP/2, and made-up ones, do not tell that all has arrived before it has been read.
  if (req.httpVersionMajor !== 1 || typeof req.complete !== 'boolean') return undefined;
  // What came with the head is behind it by then: of an empty body the end, which must not be met by a listener.
  await Promise.resolve();
  const chunks: Buffer[] = [];
  let size = 0;
  // Not one byte more than there is: asked for more, a stream that has come to its end says so, and cannot be refilled.
  const take = (): boolean => {
    const chunk = req.readableLength > 0 ? (req.read(req.readableLength) as Buffer | null) : null;
    if (chunk !== null) chunks.push(chunk);
    size += chunk?.byteLength ?? 0;
    return req.complete || size > limit || req.destroyed;
  };
  if (!take()) await untilTaken(req, take);
  const whole = Buffer.concat(chunks);
  if (size > 0 && !req.destroyed) req.unshift(whole);
  return req.complete && !req.destroyed && size <= limit ? whole : undefined;
}

function untilTaken(req: IncomingMessage, take: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      req.off('readable', look).off('close', stop).off('error', stop);
      resolve();
    };
    const look = (): void => {
      if (take()) stop();
    };
    req.on('readable', look).on('close', stop).on('error', stop);
  });
}
