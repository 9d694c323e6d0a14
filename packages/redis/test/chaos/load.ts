import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '../support/fleet.js';
import { now, type Rendered } from '../support/messages.js';
import type { History } from './history.js';

/** Requests and invalidations of random items on random workers, until they are told to stop. */
export interface Load {
  /** Ends it, and waits for what is under way. */
  stop(): Promise<void>;
  /** Answers with an error, or that are not what they say they are. */
  readonly wrong: readonly string[];
  /** Requests that got no answer: their worker was ended, or hangs. */
  readonly unanswered: number;
  /** Milliseconds that the slowest tenth of a percent took at least. */
  slowest(): number;
}

/** Each worker has its own, so that one that hangs holds up nobody else. */
const READERS_EACH = 5;
const WRITERS = 2;
const ITEMS = 24;
const UNANSWERED_MS = 15_000;

/** Starts the load. `workers` is asked every time, because one takes the place of another. */
export function startLoad(workers: () => readonly Worker[], history: History): Load {
  const wrong: string[] = [];
  const times: number[] = [];
  let unanswered = 0;
  const stopped = new AbortController();

  const anyWorker = (): Worker => workers()[Math.floor(Math.random() * workers().length)]!;
  // One item in 24 is large; few items, so that they are often hits and often invalidated.
  const anyItem = (): string => {
    const at = Math.floor(Math.random() * ITEMS);
    return at === 0 ? 'large' : `item${at}`;
  };

  async function read(at: number): Promise<void> {
    const worker = workers()[at]!;
    const [id, asked] = [anyItem(), now()];
    const answer = await withoutFailing(worker.item(id));
    if (answer === undefined) return void unanswered++;
    times.push(now() - asked);
    const problem = problemOf(id, answer.status, answer.body);
    if (problem !== undefined) wrong.push(problem);
    else
      history.answered({
        id,
        asked,
        began: answer.body!.began,
        by: worker.pid,
        cacheStatus: answer.cacheStatus,
      });
  }

  async function write(): Promise<void> {
    const id = anyItem();
    const invalidated = await withoutFailing(anyWorker().invalidate(id));
    if (invalidated !== undefined)
      history.invalidated({ id, called: invalidated.called, acked: invalidated.acked });
  }

  async function loop(step: () => Promise<void>, pauseMs: number): Promise<void> {
    while (!stopped.signal.aborted) {
      await step();
      await sleep(Math.random() * pauseMs);
    }
  }

  const loops = [
    ...workers().flatMap((_, at) => Array.from({ length: READERS_EACH }, () => loop(() => read(at), 20))),
    ...Array.from({ length: WRITERS }, () => loop(write, 60)),
  ];
  return {
    wrong,
    get unanswered() {
      return unanswered;
    },
    slowest: () => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.999)] ?? 0,
    async stop() {
      stopped.abort();
      await Promise.all(loops);
    },
  };
}

async function withoutFailing<T>(answer: Promise<T>): Promise<T | undefined> {
  const late = new AbortController();
  const timer = sleep(UNANSWERED_MS, undefined, { signal: late.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, timer]);
  } catch {
    return undefined;
  } finally {
    late.abort();
  }
}

/** What is wrong with an answer, whoever gave it. */
function problemOf(id: string, status: number, body: Rendered | undefined): string | undefined {
  if (status !== 200 || body === undefined) return `${id} was answered with ${status}`;
  const content = { id: body.id, began: body.began, pid: body.pid };
  const sum = createHash('sha1').update(JSON.stringify(content)).digest('hex');
  if (sum !== body.sum) return `the answer for ${id} is damaged`;
  return body.id === id ? undefined : `${id} was answered with ${body.id}`;
}
