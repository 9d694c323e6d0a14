import { type Cache, createCache } from '../cache.js';
import { formatHttpDate } from '../http/http-date.js';
import type { CacheOptions } from '../options.js';
import type { Fetch, FetchInit, FetchOptions } from '../outbound/options.js';
import { type FakeClock, fakeClock } from './fake-clock.js';

/** A request as the server of {@link startFetching} gets it. */
export interface Asked {
  readonly url: string;
  readonly headers: Headers;
  readonly init: FetchInit;
  /** Its number, from 1. */
  readonly run: number;
}

/** What a server answers: fields of an answer, or all of it. */
export type Answering = Response | Readonly<Record<string, string>>;

/** A cached `fetch` and the server behind it, on a fake clock. */
export interface Fetching {
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly fetch: Fetch;
  readonly asked: Asked[];
  /** Default: the number of the request. */
  behave: (asked: Asked) => Answering | Promise<Answering>;
  /** Asks and reads: body, status and what Cache-Status says. */
  readonly get: (path?: string, init?: FetchInit) => Promise<string>;
}

/** The fields are those of every answer, whose body is the number of the request. Answers have a Date. */
export function startFetching(
  fields: Answering = {},
  options: FetchOptions = {},
  cacheOptions: CacheOptions = {},
): Fetching {
  const clock = cacheOptions.clock === undefined ? fakeClock() : (cacheOptions.clock as FakeClock);
  const cache = createCache({ clock, ...cacheOptions });
  const asked: Asked[] = [];

  async function server(input: unknown, init: FetchInit = {}): Promise<Response> {
    init.signal?.throwIfAborted();
    const now = { url: String(input), headers: new Headers(init.headers), init, run: asked.length + 1 };
    asked.push(now);
    const answer = await fetching.behave(now);
    if (answer instanceof Response) return answer;
    const status = Number(answer['status'] ?? 200);
    const headers = new Headers({ date: formatHttpDate(clock.now()), ...answer });
    headers.delete('status');
    return new Response(status === 304 ? null : `${now.run}`, { status, headers });
  }

  const fetching: Fetching = {
    cache,
    clock,
    fetch: cache.fetcher({ fetch: server, ...options }),
    asked,
    behave: () => fields,
    get: async (path = '/', init) => {
      const response = await fetching.fetch(`https://api.example${path}`, init);
      const said = response.headers.get('cache-status')?.replace('shelflife; ', '') ?? 'none';
      return `${await response.text()} ${response.status} ${said}`;
    },
  };
  return fetching;
}
