import { type App, eventually } from './app.js';
import { requestText, type TestResponse } from './client.js';

/** Tasks of requests that wait for something: without that of the memory tier, which has one once it holds anything. */
export function waitingTasks({ clock, cache }: App): number {
  return clock.pending - (cache.stats().memory.entries > 0 ? 1 : 0);
}

/** Requests for `/` that are under way, once all of them wait for the answer to another request. */
export async function waiting(
  app: App,
  count: number,
  headers?: Readonly<Record<string, string>>,
): Promise<readonly Promise<TestResponse>[]> {
  // Each that waits has set itself a limit; no other task may be added meanwhile.
  const before = waitingTasks(app);
  const asked = Array.from({ length: count }, () => app.get('/', headers));
  await eventually(() => waitingTasks(app) === before + count);
  return asked;
}

/** A client that asks for `/` and may leave before it is answered: returns the way to leave. */
export function askAndLeave(app: App): () => void {
  const socket = app.connect();
  socket.on('error', () => {});
  socket.write(requestText('/', `Host: 127.0.0.1:${app.port}`));
  return () => socket.destroy();
}

/** The bodies of answers, in the order of the requests. */
export async function textsOf(asked: readonly Promise<TestResponse>[]): Promise<readonly string[]> {
  return (await Promise.all(asked)).map(({ text }) => text);
}

/** What all of `count` answers say. */
export function same(count: number, text: string): readonly string[] {
  return Array.from({ length: count }, () => text);
}
