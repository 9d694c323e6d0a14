import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { expect, onTestFinished, TestRunner } from 'vitest';
import { type Cache, createCache } from '../../cache.js';
import type { CacheEvent } from '../../events.js';
import type { ResponseControl } from '../../exchange/types.js';
import type { CacheOptions } from '../../options.js';
import type { Rule } from '../../rule/rule.js';
import { type FakeClock, fakeClock } from '../fake-clock.js';
import { send, sendRaw, type TestResponse } from './client.js';
import type { TestAnswer, TestHost, TestRequest, TestRoute } from './host.js';

/** An application under test, and what a test wants to do with it. It is closed when the test ends. */
export interface App {
  readonly cache: Cache;
  readonly clock: FakeClock;
  /** Everything that happened, in order. */
  readonly events: readonly CacheEvent[];
  readonly port: number;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<TestResponse>;
  send(
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<TestResponse>;
  /** Writes these bytes as they are; the last request in them must say `Connection: close`. */
  raw(text: string): Promise<string>;
  /** A connection of its own, for clients that leave. */
  connect(): Socket;
}

/** Starts an application with these routes and a fake clock. */
export async function startApp(
  host: TestHost,
  routes: readonly TestRoute[],
  options: CacheOptions = {},
): Promise<App> {
  if (host.raw === false && routes.some((route) => route.raw !== undefined))
    TestRunner.getCurrentTest()?.context.skip();
  const clock = fakeClock();
  const cache = createCache({ clock, ...options });
  const events: CacheEvent[] = [];
  cache.on('*', (event) => events.push(event));
  const running = await host.start({ cache, routes });
  onTestFinished(async () => {
    await running.close();
    await cache.close();
  });
  const { port } = running;
  return {
    cache,
    clock,
    events,
    port,
    get: (path, headers = {}) => send(port, 'GET', path, headers),
    send: (method, path, headers = {}, body) => send(port, method, path, headers, body),
    raw: (text) => sendRaw(port, text),
    connect: () => connect(port, '127.0.0.1'),
  };
}

/** A handler that counts how often it ran. `answer` gets the number of this run, from 1. */
export interface Counted {
  readonly calls: number;
  readonly answer: (req: TestRequest, control: ResponseControl) => TestAnswer | Promise<TestAnswer>;
}

export function counted(
  answer: (run: number, req: TestRequest, control: ResponseControl) => TestAnswer | Promise<TestAnswer>,
): Counted {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    answer: (req, control) => answer(++calls, req, control),
  };
}

/** One route at `/` and below it, whose handler counts. */
export async function startOne(
  host: TestHost,
  rule: Rule<TestRequest>,
  answer: (run: number, req: TestRequest, control: ResponseControl) => TestAnswer | Promise<TestAnswer>,
  options: CacheOptions = {},
): Promise<App & { readonly calls: () => number }> {
  const handler = counted(answer);
  const app = await startApp(host, [{ path: '/*', rule, answer: handler.answer }], options);
  return { ...app, calls: () => handler.calls };
}

/** A promise that a test resolves: a handler that answers when it is told to. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Waits until something that happens on a socket has happened. */
export async function eventually(check: () => boolean): Promise<void> {
  await expect.poll(check, { interval: 5, timeout: 2000 }).toBe(true);
}
