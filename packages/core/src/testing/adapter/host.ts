import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cache } from '../../cache.js';
import type { ResponseControl } from '../../exchange/types.js';
import type { Rule } from '../../rule/rule.js';

/**
 * What the adapter suite needs of a framework: to start an application made of {@link TestRoute}s with the
 * adapter under test in front of each. Everything else of the suite is the same for all.
 */
export interface TestHost {
  /** For the titles of tests: `Express 5`. */
  readonly name: string;
  /**
   * `false`: a handler that writes to Node's own response goes past this host and is not cached, so cases with
   * {@link TestRoute.raw} do not apply. Default `true`.
   */
  readonly raw?: boolean;
  /** Methods that this host has no routes for. Default: none. */
  readonly unroutable?: readonly string[];
  /** Starts the application on a free port of 127.0.0.1. */
  start(app: TestApp): Promise<RunningHost>;
}

/** The application to start. */
export interface TestApp {
  readonly cache: Cache;
  readonly routes: readonly TestRoute[];
}

export interface RunningHost {
  readonly port: number;
  close(): Promise<void>;
}

/** One route. Exactly one of `answer` and `raw` is given. */
export interface TestRoute {
  /** Default `'GET'`. */
  readonly method?: string;
  /** An exact path, or one that ends in `/*` and matches all below it. */
  readonly path: string;
  /** What the adapter is given for this route. */
  readonly rule: Rule<TestRequest>;
  /** The handler, in a form that every framework can run in its own way. */
  readonly answer?: (req: TestRequest, control: ResponseControl) => TestAnswer | Promise<TestAnswer>;
  /** Fields that something outside of the adapter sets as the answer goes out, on hits too. */
  readonly late?: Readonly<Record<string, string>>;
  /** A handler on Node's own objects, for what only they can do. */
  readonly raw?: (req: IncomingMessage, res: ServerResponse) => void;
}

/** What a handler and the functions of a rule see of a request, in every framework. */
export interface TestRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a handler answers. */
export interface TestAnswer {
  /** Sent before as early hints (103, RFC 8297), with the `writeEarlyHints` of Node's response. */
  readonly hints?: Readonly<Record<string, string>>;
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A text or bytes are sent whole; parts are sent one by one, and break the response off when they throw. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}
