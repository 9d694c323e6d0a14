import type { Reply, ResponseHead } from '../http/message.js';
import type { Place } from './recall.js';

/**
 * The boundary between core and a host: the host asks once before the handler (`cache.open`) and hands the
 * response over once after it ({@link Capture}). This is the most that Express, Fastify and Nest can all do.
 */

/** What the host must do with a request. */
export type Outcome =
  /** Answer now; the handler does not run. `place`: where a stored response was that is fresh, for `recall`. */
  | { readonly action: 'reply'; readonly reply: Reply; readonly place?: Place }
  /** Run the handler. With a capture, hand over what it says. */
  | {
      readonly action: 'forward';
      readonly capture: Capture | undefined;
      /** The value of Cache-Status for a response that no capture touches. */
      readonly cacheStatus: string;
      readonly control: ResponseControl;
    };

/** Takes the handler's response. Exactly one of `complete`, `stream` and `abandon` is used; later calls do nothing. */
export interface Capture {
  /** What the handler may see of the request while this capture listens. */
  readonly narrowing: Narrowing;
  /** Runs the handler, so that what it looks up in the data cache counts for its answer. Absent: just run it. */
  run?(work: () => void): void;
  /** The whole body is known and nothing was sent yet: the answer may become a 304 or be replaced. */
  complete(head: ResponseHead, body: Uint8Array): Answer;
  /** The head is known and the body comes in parts. */
  stream(head: ResponseHead): Answer;
  /**
   * The client left. Requests that wait for this answer are let go; a body that still arrives is stored only
   * when its length proves it complete.
   */
  detach(): void;
  /** There will be no answer: the handler failed. */
  abandon(): void;
  /** The handler writes to the client past the host: nothing of it is stored, and nobody waits for it. */
  hijacked(): void;
  /** The rule of a route takes over from this one: its answer is none of this capture's business any more. */
  override(): void;
}

/** What the host sends, and where the body goes besides. */
export interface Answer {
  /** The head to send. `body: undefined`: the handler's own body follows. Otherwise: send this, swallow the handler's. */
  readonly reply: Omit<Reply, 'body'> & { readonly body: Uint8Array | null | undefined };
  readonly sink: BodySink;
}

/** Takes a copy of the body on its way to the client. All calls after `end` or `abandon` do nothing. */
export interface BodySink {
  write(chunk: Uint8Array): void;
  /**
   * The handler finished. `sent` is the head as it went out, with what outer middleware added at the last
   * moment: an answer that got a Set-Cookie there is not stored.
   */
  end(sent: ResponseHead): void;
  abandon(): void;
}

/** The request as the handler may see it, so that it reads what the key covers. */
export interface Narrowing {
  /** Path and query without the query parameters that the rule ignores. */
  readonly url: string;
  /** Lower-case names of request headers to hide: conditions and ranges are answered by the cache. */
  readonly hidden: ReadonlySet<string>;
  /** Request headers to show in place of the client's: the conditions by which the cache validates what it has stored. */
  readonly set?: Readonly<Record<string, string>>;
  /** What is left of the Cookie header, when the key covers single cookies. */
  readonly cookie?: string | undefined;
  /** Called with the name of each header that the handler reads, whether the request has it or not (rule option `unkeyed: 'report'`). */
  readonly onRead?: (header: string) => void;
}

/** What a handler tells the cache about its own answer: `req.cache` in Express. */
export interface ResponseControl {
  /**
   * Adds tags to the answer.
   * @throws ShelflifeError `ERR_TARGET` when a tag is not a string of 1 to 256 printable bytes.
   */
  tag(...tags: readonly string[]): void;
  /**
   * How long this answer is fresh, e.g. `'5m'`; wins over the rule and over the answer's own Cache-Control
   * lifetime, never over `no-store`, `private` or `no-cache`.
   * @throws ShelflifeError `ERR_OPTION` when it is not a duration.
   */
  ttl(duration: string | 0): void;
  /** Do not store this answer. */
  skip(): void;
  /** Why the handler runs, in the words of Cache-Status (RFC 9211): `miss`, `vary-miss`, `stale`, `bypass`, … */
  readonly status: string;
}
