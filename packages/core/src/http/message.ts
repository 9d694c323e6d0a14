/**
 * A request and a response as plain data: all that the rules of HTTP caching need to know of either.
 * No framework type and no stream appears here.
 */

/**
 * Field values by lower-case name. A field with one line is a string, one with several is a string or
 * an array of its lines. Look names up; do not rely on the order (that is what {@link FieldLines} is for).
 */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * A flat list of field names and values, `[name, value, name, value, …]`, as in `rawHeaders` of node:http:
 * order, letter case and repeated lines are kept.
 */
export type FieldLines = readonly string[];

/** All that core may know of a request. */
export interface RequestView {
  /** Upper case. */
  readonly method: string;
  /** Path and query as received, not decoded: `/a%20b?x=1`. */
  readonly url: string;
  /** Built on first use: the way to an early answer should not ask for it twice. */
  readonly headers: Headers;
  /** Host and port as the client named them, lower case, without the default port: `shop.example:8080`. */
  readonly authority: string;
  /** `http` or `https`. */
  readonly scheme: string;
  /** The framework's own request, given to the functions of a rule. */
  readonly raw?: unknown;
  /**
   * The content of a QUERY, without taking it from the handler: its bytes or, when a parser has used them up, a text
   * that is the same only for what the parser has made of equal content. `undefined`: it has more than `limit` bytes,
   * or nobody can tell. Never rejects.
   */
  readonly content?: (limit: number) => Promise<RequestContent | undefined>;
  /** True when the cache itself sent this request to refresh a stored response. */
  readonly refresh?: boolean;
  /** Path and query as they are routed, when middleware before the cache has rewritten them. */
  readonly routedUrl?: string;
  /**
   * Sends a request through the whole application, in process, and resolves with the status of its answer. Absent:
   * this host cannot.
   */
  readonly reenter?: (request: RefreshRequest) => Promise<number | void>;
}

/** See {@link RequestView.content}. */
export type RequestContent = Uint8Array | string;

/** A request that the cache makes up from a key alone: it carries nothing of the user who met the stale entry. */
export interface RefreshRequest {
  readonly url: string;
  readonly authority: string;
  readonly scheme: string;
  readonly headers: Headers;
  /** Ends the request when the cache closes or the refresh takes too long. */
  readonly signal: AbortSignal;
}

/** Status and fields of a response. */
export interface ResponseHead {
  readonly status: number;
  /** Reason phrase, when it is not the usual one of the status. */
  readonly reason?: string;
  readonly headers: Headers;
  /** The same fields in the order and letter case they are sent in. Absent: made from `headers`. */
  readonly lines?: FieldLines;
  /**
   * Lower-case names of fields that were on the response before the cache was asked and that the handler left
   * alone (a request id, CORS). They are not stored: whoever set them does so for every request.
   */
  readonly preset?: readonly string[];
  /** True when middleware behind the cache has put itself between the handler and the response, as compression does. */
  readonly wrapped?: boolean;
}

/** A response to send. `body: null` means that the response has none (304, HEAD). */
export interface Reply extends ResponseHead {
  readonly lines: FieldLines;
  readonly body: Uint8Array | null;
}

/** A response in the cache (RFC 9111 section 3). Times are absolute Unix milliseconds. */
export interface StoredResponse {
  readonly status: number;
  readonly reason?: string;
  /** The fields as they are replayed: no hop-by-hop fields, no Age, no Set-Cookie, nothing of outer middleware. */
  readonly lines: FieldLines;
  readonly headers: Headers;
  /** The handler said that it is for all, so a request with Authorization may be answered with it (section 3.5). */
  readonly forAll: boolean;
  /** Lower-case names of the fields that the cache has added: the handler knows nothing of them (an ETag, say). */
  readonly made: readonly string[];
  readonly body: Uint8Array;
  /** What invalidates it, in the words of `invalidation/tags.ts`: its tags, its key, its path. */
  readonly tags: readonly string[];
  /** The last invalidation that was known when its handler started (see `invalidation/log.ts`). */
  readonly position: number;
  /** When its handler was asked. Of two answers for one key the later one is kept. */
  readonly requestedAt: number;
  /** When the origin made it: the time of storing less the Age it came with. */
  readonly generatedAt: number;
  readonly freshUntil: number;
  /** End of the time in which it may be served while it is refreshed (RFC 5861 section 3); never before `freshUntil`. */
  readonly staleUntil: number;
  /** End of the time in which it may stand in for an error (RFC 5861 section 4); never before `freshUntil`. */
  readonly errorUntil: number;
}
