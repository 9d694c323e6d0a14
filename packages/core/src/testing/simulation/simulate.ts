import type { Reply } from '../../http/message.js';
import { pathName, tagName } from '../../invalidation/tags.js';
import type { InvalidationTarget } from '../../invalidation/target.js';
import { resolveRule } from '../../rule/resolve.js';
import { headOf, viewOf } from '../made.js';
import type { Engine, MakeEngine } from '../races/engines.js';
import { createHistory, type History } from './history.js';
import { clockOf, createLoop, type Loop, type Owner, seeded } from './loop.js';
import { createNetwork, type Network } from './network.js';
import { type FaultKind, NODES, type Script, type Step, type Work } from './script.js';
import { createServer, type Server } from './server.js';

/** A process of the simulation; after a crash another one takes its place. */
interface Process extends Owner {
  readonly engine: Engine;
}

interface World {
  readonly loop: Loop;
  readonly network: Network;
  readonly server: Server;
  readonly history: History;
  readonly processes: Process[];
  readonly problems: string[];
  start(): Process;
}

const START = Date.UTC(2026, 0, 1);
const GOOD = { loss: 0, doubled: 0, late: 0 };
const SLOW = { loss: 0, doubled: 0, late: 0.7 };
const BAD = { loss: 0.15, doubled: 0.15, late: 0.3 };
const STALL_MS = 2700;
const DOWN_MS = 1500;
/** After the last step everything is mended; this long later every process must serve hits again. */
const RECOVERY_MS = 9000;

const RULE = resolveRule('rule', { ttl: '1h', swr: '1h', staleIfError: '1h', waitLimit: '4s' });

const namesOf = (page: number): readonly string[] => [tagName(`tag ${page}`), pathName(`/page/${page}`)];

/** Plays a script against processes that `makeEngine` makes; what it found wrong, in words. */
export async function simulate(script: Script, makeEngine: MakeEngine): Promise<readonly string[]> {
  const world = createWorld(script, makeEngine);
  const { loop, problems } = world;
  await loop.run(START + 20);
  for (const [gapMs, step] of script.steps) {
    await loop.run(loop.now + gapMs);
    take(world, step);
    if (problems.length > 0) return problems;
  }
  if (script.recovers) await recover(world);
  else await loop.run(loop.now + 100);
  return problems;
}

function createWorld(script: Script, makeEngine: MakeEngine): World {
  const random = seeded(script.seed);
  const loop = createLoop(START);
  const network = createNetwork(loop, random);
  const server = createServer(loop, network, random);
  const history = createHistory(script.maxStaleness);
  server.onAppend = (record) => history.appended(record, loop.now, namesOf);
  const start = (): Process => {
    const owner: Owner = { stalledUntil: 0, isDead: false };
    const engine = makeEngine({
      clock: clockOf(loop, owner, Math.floor(random() * 100_000)),
      tiny: false,
      transport: server.transport(owner),
      maxStaleness: script.maxStaleness,
      random,
      ...(script.store && { store: server.store(owner) }),
    });
    return Object.assign(owner, { engine });
  };
  return {
    loop,
    network,
    server,
    history,
    start,
    problems: [],
    processes: Array.from({ length: NODES }, start),
  };
}

function take(world: World, step: Step): void {
  const { problems, processes, loop } = world;
  const process = processes[step.node]!;
  const run = (): void => {
    const done = act(world, step);
    done?.catch((error: unknown) => problems.push(String(error)));
  };
  // What is asked of a process whose loop stands still is asked when it goes on; faults need nobody's leave.
  if (step.do === 'fault') fault(world, step.node, step.kind);
  else if (process.stalledUntil > loop.now) loop.after(0, process, run);
  else run();
}

function act(world: World, step: Step): Promise<unknown> | undefined {
  if (step.do === 'request') return request(world, step.node, step.page, step.work, step.sees);
  return step.do === 'invalidate' ? invalidate(world, step) : undefined;
}

/** A request, and the handler when it must run. Returns whether it was a hit. */
async function request(
  world: World,
  node: number,
  page: number,
  work: Work,
  sees: boolean,
): Promise<boolean | undefined> {
  const { loop, history, processes } = world;
  const process = processes[node]!;
  const token = sees ? history.lastToken(page) : undefined;
  const hasSeen = token !== undefined && (await process.engine.confirm(token.token));
  if (process.isDead) return undefined;
  const startedAt = loop.now;
  const outcome = await process.engine.open(viewOf({ url: `/page/${page}` }), RULE);
  // What binds is known at the end: what a server lost meanwhile binds nobody.
  const judge = (reply: Reply): void => {
    const isFresh = /; hit; ttl=[1-9]/.test(statusOf(reply));
    const seen = hasSeen && token.isInForce() && (isFresh || token.mode === 'remove') ? token.version : 1;
    const least = Math.max(seen, history.required(page, process.isDead ? -1 : node, startedAt, isFresh));
    const [gotPage, version] = Buffer.from(reply.body!).toString().split(' ');
    if (Number(gotPage) !== page) world.problems.push(`process ${node} answers page ${page} with ${gotPage}`);
    if (Number(version) < least)
      world.problems.push(
        `process ${node} answers at ${startedAt - START} with version ${version}, needed ${least}: ${statusOf(reply)}`,
      );
  };
  if (outcome.action === 'reply') {
    judge(outcome.reply);
    return true;
  }
  const { capture, control } = outcome;
  let version = history.version(page);
  await pause(loop, process, work.ms);
  if (work.readsLate) version = history.version(page);
  control.tag(`tag ${page}`);
  const body = Buffer.from(`${page} ${version}`);
  const head = headOf(200, { 'content-length': String(body.byteLength) });
  capture?.complete(head, body).sink.end(head);
  return false;
}

async function invalidate(world: World, step: Step & { do: 'invalidate' }): Promise<void> {
  const { history, loop, processes } = world;
  const { node, page, mode, durability } = step;
  const { engine } = processes[node]!;
  const pages = step.way === 'all' ? [0, 1] : [page];
  const promised = pages.map((one) => history.called(one, mode, node, loop.now));
  try {
    const token = await engine.invalidate({ ...targetOf(step), mode, durability });
    for (const one of promised) Object.assign(one, { token, inForceAt: loop.now });
  } catch {
    // It was not acknowledged: nothing is promised but that it is in effect in its own process.
  }
}

function targetOf({ way, page }: Step & { do: 'invalidate' }): InvalidationTarget {
  if (way === 'all') return { all: true };
  return way === 'tag' ? { tags: [`tag ${page}`] } : { paths: [`/page/${page}`] };
}

function fault(world: World, node: number, kind: FaultKind): void {
  const { server, network, loop, history, processes } = world;
  const process = processes[node]!;
  if (kind === 'evict log') server.evictLog();
  else if (kind === 'evict entries') server.evictEntries();
  else if (kind === 'trim') server.trimLog();
  else if (kind === 'server down') server.downUntil = loop.now + DOWN_MS;
  else if (kind === 'cut off') network.cut.add(process);
  else if (kind === 'stall') process.stalledUntil = loop.now + STALL_MS;
  else if (kind === 'bad weather') network.weather = BAD;
  else if (kind === 'slow weather') network.weather = SLOW;
  else if (kind === 'good weather') network.weather = GOOD;
  else if (kind === 'mend') network.cut.clear();
  else if (kind === 'fail over') for (const id of server.failOver()) history.lost(id);
  else {
    process.isDead = true;
    history.died(node);
    processes[node] = world.start();
  }
}

/** When everything works again, everything must be right again: nobody hangs, what is stored is served, what was lost is known. */
async function recover(world: World): Promise<void> {
  const { network, server, loop, processes, problems } = world;
  network.cut.clear();
  network.weather = GOOD;
  server.downUntil = 0;
  await loop.run(loop.now + RECOVERY_MS);
  for (const version of world.history.forgotten()) problems.push(`version ${version} was lost for good`);
  for (const page of [0, 1]) {
    for (const node of processes.keys()) {
      for (const expected of [undefined, true]) {
        let hit: boolean | undefined;
        const work = { ms: 0, readsLate: false };
        void request(world, node, page, work, false).then((answered) => (hit = answered));
        await loop.run(loop.now + 60);
        if (hit === undefined) problems.push(`a request to process ${node} hangs`);
        else if (expected === true && !hit)
          problems.push(`process ${node} does not store page ${page} any more`);
      }
    }
  }
}

function pause(loop: Loop, owner: Owner, ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => void loop.after(ms, owner, resolve));
}

function statusOf({ lines }: Reply): string {
  return lines[lines.indexOf('Cache-Status') + 1] ?? '';
}
