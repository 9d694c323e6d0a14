import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer, Capture } from '../exchange/types.js';
import { beginAnswer, headOfNode, readHead, setFields } from './head.js';
import type { Narrowed } from './narrow.js';

/** The arguments of `write` and `end` behind the chunk. */
type Rest = readonly [encoding?: BufferEncoding | (() => void), callback?: () => void];

/**
 * Listens to what a handler says to a Node response and hands it to a capture, which decides what goes out.
 * What outer middleware does as the answer goes out it does with the whole request of `narrowed`.
 */
export function captureResponse(res: ServerResponse, capture: Capture, narrowed: Narrowed): void {
  const head = headOfNode(res);
  const before = readHead(head);
  // oxlint-disable-next-line typescript/unbound-method -- `call` binds them to `res`
  const { writeHead, write, end, flushHeaders, addTrailers } = res;
  let answer: Answer | undefined;
  let ended = false;
  let refused = false;

  /** Calls what the response did before this capture came. */
  function call<T>(method: (...args: never[]) => T, args: readonly unknown[]): T {
    try {
      return narrowed.outside(() => Reflect.apply(method, res, args) as T);
    } catch (error) {
      // Node, or outer middleware, refuses it: what comes now is an error page, and not for the cache.
      refused = true;
      capture.abandon();
      if (!res.headersSent) res.removeHeader('Cache-Status');
      throw error;
    }
  }

  /** The head is known, and with `body` all there is: core says what goes out. */
  function begin(body?: Uint8Array): Answer {
    const now = { ...readHead(head, before), wrapped: res.write !== bodies.write };
    answer = beginAnswer(head, now, capture, body);
    return answer;
  }

  const heads = {
    writeHead(status: number, ...rest: [string?, Fields?] | [Fields?]): ServerResponse {
      // Outer middleware calls this again from inside of its `write` and `end`.
      if (answer !== undefined || refused) return call(writeHead, [status, ...rest]);
      // Node refuses it and leaves the response as it was.
      if (!(status >= 100 && status <= 999)) return call(writeHead, [status, ...rest]);
      res.statusCode = status;
      if (typeof rest[0] === 'string') res.statusMessage = rest[0];
      setFields(res, typeof rest[0] === 'string' ? rest[1] : rest[0]);
      begin();
      return call(writeHead, [res.statusCode]);
    },
    addTrailers(...args: unknown[]): void {
      // A hit could not repeat them.
      capture.hijacked();
      call(addTrailers, args);
    },
    flushHeaders(): void {
      if (answer === undefined && !refused) begin();
      call(flushHeaders, []);
    },
  };

  const bodies = {
    write(chunk: unknown, ...rest: Rest): boolean {
      const bytes = bytesOf(chunk, rest);
      if (ended || refused || bytes === undefined) return call(write, [chunk, ...rest]);
      const { reply, sink } = answer ?? begin();
      sink.write(bytes);
      if (reply.body !== undefined) return swallow(rest);
      return call(write, [chunk, ...rest]);
    },
    end(...args: [unknown?, ...Rest]): ServerResponse {
      const [chunk, ...rest] = typeof args[0] === 'function' ? [undefined, ...args] : args;
      const bytes = chunk === undefined || chunk === null ? EMPTY : bytesOf(chunk, rest as Rest);
      if (ended || refused || bytes === undefined) return call(end, args);
      ended = true;
      // Of a response that was destroyed `close` comes later than this.
      if (res.destroyed || res.socket?.destroyed === true) capture.detach();
      const isWhole = answer === undefined;
      const { reply, sink } = answer ?? begin(bytes);
      if (!isWhole) sink.write(bytes);
      narrowed.end();
      call(end, reply.body === undefined ? args : [reply.body ?? undefined, ...rest]);
      sink.end(readHead(head));
      return res;
    },
  };

  Object.assign(res, heads, bodies);
  res.once('close', () => {
    if (!ended) capture.detach();
  });
}

type Fields = OutgoingHttpHeaders | OutgoingHttpHeader[];

const EMPTY = new Uint8Array(0);

/** The bytes that Node will send for a chunk; `undefined` for what it will refuse. */
function bytesOf(chunk: unknown, [encoding]: Rest): Uint8Array | undefined {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== 'string') return undefined;
  return Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8');
}

function swallow(rest: Rest): boolean {
  const callback = rest.find((argument) => typeof argument === 'function');
  if (callback !== undefined) process.nextTick(callback);
  return true;
}
