import type * as fc from 'fast-check';
import type { Outcome } from '../../exchange/types.js';
import type { RefreshRequest, Reply, RequestView, ResponseHead } from '../../http/message.js';
import type { InvalidationTarget } from '../../invalidation/target.js';
import { resolveRule } from '../../rule/resolve.js';
import type { Store } from '../../store/store.js';
import { fakeClock } from '../fake-clock.js';
import { mapStore } from '../map-store.js';
import type { MakeEngine } from './engines.js';
import type { Handling, Invalidation, Script, Step, Way } from './script.js';

const BASE: RequestView = {
  method: 'GET',
  url: '/',
  headers: {},
  authority: 'shop.example',
  scheme: 'http',
};

const RULE = resolveRule('rule', {
  ttl: '10s',
  swr: '20s',
  staleIfError: '30s',
  tags: ['shared'],
  key: (page: number) => `key ${page}`,
});

/** Plays a script; what it found wrong, in words. */
export async function play(
  scheduler: fc.Scheduler,
  script: Script,
  makeEngine: MakeEngine,
): Promise<readonly string[]> {
  const clock = fakeClock();
  const store = script.store ? { store: scheduled(mapStore(clock), scheduler) } : {};
  const engine = makeEngine({ clock, tiny: script.tiny, ...store });
  const problems: string[] = [];
  // The data behind each page, and the version that answers must have: never served below `removed`, never
  // served as fresh below `staled`.
  const pages = [0, 1].map(() => ({ version: 1, removed: 1, staled: 1 }));
  let waiting = 0;
  let refreshes = 0;

  const moment = (label: string): Promise<unknown> => scheduler.schedule(Promise.resolve(), label);

  async function answer(
    outcome: Outcome & { action: 'forward' },
    page: number,
    variant: string,
    how: Handling,
  ): Promise<string | undefined> {
    const { capture, control } = outcome;
    if (how.readsLate) await moment('read');
    const text = `${page} ${script.varies ? variant : '-'} ${pages[page]!.version}`;
    for (let at = 0; at < how.pauses; at++) await moment('work');
    control.tag(`tag ${page}`);
    if (how.end === 'abandon') {
      capture?.abandon();
      return undefined;
    }
    if (how.end === 'leave') {
      capture?.detach();
      await moment('work on');
    }
    if (capture === undefined) return text;
    const body = Buffer.from(text);
    const head: ResponseHead = {
      status: how.end === 'error' ? 503 : 200,
      headers: { 'content-length': String(body.byteLength), ...(script.varies ? { vary: 'x-variant' } : {}) },
    };
    if (how.end !== 'stream') {
      const { reply, sink } = capture.complete(head, body);
      sink.end(head);
      return reply.status === 503 ? undefined : textOf(reply.body ?? body);
    }
    const { reply, sink } = capture.stream(head);
    sink.write(body.subarray(0, 2));
    await moment('stream');
    sink.write(body.subarray(2));
    sink.end(head);
    return textOf(reply.body ?? body);
  }

  async function ask(page: number, variant: string, how: Handling, refresh?: RefreshRequest): Promise<void> {
    const { removed, staled } = pages[page]!;
    const url = `/page/${page}`;
    const view: RequestView = {
      ...BASE,
      url,
      headers: { 'x-variant': variant },
      raw: page,
      refresh: refresh !== undefined,
      ...(!script.foreground && { reenter: (again) => reenter(page, again) }),
    };
    const outcome = await engine.open(view, RULE);
    if (outcome.action === 'forward') {
      refresh?.signal.addEventListener('abort', () => outcome.capture?.abandon());
      const text = await answer(outcome, page, variant, how);
      if (text !== undefined) check(text, page, variant, removed, 'the answer');
      return;
    }
    const state = cacheStatusOf(outcome.reply);
    const isFresh = /; hit; ttl=[1-9]/.test(state);
    check(textOf(outcome.reply.body!), page, variant, isFresh ? staled : removed, state);
  }

  async function reenter(page: number, again: RefreshRequest): Promise<void> {
    await moment('reenter');
    const how = script.refreshes[refreshes++ % script.refreshes.length]!;
    // A request without the header would be answered with another variant than the one that is stale.
    await ask(page, (again.headers['x-variant'] as string | undefined) ?? 'none', how, again);
  }

  function check(text: string, page: number, variant: string, least: number, what: string): void {
    const [gotPage, gotVariant, version] = text.split(' ');
    if (Number(gotPage) !== page || (gotVariant !== '-' && gotVariant !== variant))
      problems.push(`${what} is of another page or variant: ${text}`);
    if (Number(version) < least) problems.push(`${what} has version ${version}, needed ${least}`);
  }

  async function invalidate({ page, way, mode }: Invalidation): Promise<void> {
    const changed = way === 'all' || way === 'shared' ? pages : [pages[page]!];
    const versions = changed.map((data) => ++data.version);
    if (way === 'unsafe') await post(page);
    else await engine.invalidate({ ...targetOf(way, page), mode });
    changed.forEach((data, at) => {
      data.staled = Math.max(data.staled, versions[at]!);
      if (mode === 'remove' || way === 'unsafe') data.removed = Math.max(data.removed, versions[at]!);
    });
  }

  async function post(page: number): Promise<void> {
    const outcome = await engine.open({ ...BASE, method: 'POST', url: `/page/${page}` }, RULE);
    if (outcome.action !== 'forward') return void problems.push('an unsafe request was answered');
    await moment('post');
    outcome.capture?.complete({ status: 204, headers: {} }, new Uint8Array(0));
  }

  async function act(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await moment(step.do);
      if (step.do === 'advance') clock.advance(step.ms);
      else if (step.do === 'invalidate') await invalidate(step);
      else {
        waiting++;
        const settled = ask(step.page, step.variant, step.handling).finally(() => waiting--);
        void settled.catch((error: unknown) => problems.push(String(error)));
      }
    }
  }

  const actors = Promise.all(script.actors.map(act));
  await scheduler.waitIdle();
  await actors;
  if (waiting > 0) problems.push(`${waiting} requests hang`);
  if (engine.flights() > 0) problems.push(`${engine.flights()} flights are left`);
  return problems;
}

function targetOf(way: Exclude<Way, 'unsafe'>, page: number): InvalidationTarget {
  if (way === 'all') return { all: true };
  if (way === 'tag') return { tags: [`tag ${page}`] };
  if (way === 'shared') return { tags: ['shared'] };
  return way === 'key' ? { keys: [`key ${page}`] } : { paths: [`/page/${page}`] };
}

/** A store whose answers come when the scheduler says so. */
function scheduled(store: Store, scheduler: fc.Scheduler): Store {
  return {
    get: (key) => scheduler.schedule(store.get(key), 'get'),
    set: (key, bytes, ttlMs) =>
      scheduler.schedule(Promise.resolve(), 'set').then(() => store.set(key, bytes, ttlMs)),
    delete: (key) => scheduler.schedule(Promise.resolve(), 'delete').then(() => store.delete(key)),
  };
}

const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

function cacheStatusOf({ lines }: Reply): string {
  return lines[lines.indexOf('Cache-Status') + 1] ?? '';
}
