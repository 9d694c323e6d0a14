import { load } from './load.js';
import { quantile, shuffled } from './numbers.js';
import type { BenchServer } from './server.js';

/** What a variant came to, as medians over all rounds. */
export interface Measured {
  readonly name: string;
  /** Its throughput divided by that of the baseline in the slices around it: median and quartiles. */
  readonly ratio: number;
  readonly spread: readonly [number, number];
  /** Processor time of the server for a request, microseconds. */
  readonly cpuUs: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  /** How often the origin was asked while it was measured. */
  readonly originCalls: number;
}

interface Sample {
  readonly ratio: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

/** A server waited for its processor longer than this share of a slice: something else ran, the slice is repeated. */
const MAX_WAITED = 0.06;
const RETRIES = 3;

/**
 * Compares servers that are all alive: in each round every variant gets one slice, in random order, between two slices of
 * the first one, the baseline. `scripts`: what the clients of each ask.
 */
export async function compare(
  servers: readonly BenchServer[],
  scripts: readonly string[],
  rounds: number,
): Promise<Measured[]> {
  const [baseline, ...others] = servers as [BenchServer, ...BenchServer[]];
  const scriptOf = new Map(servers.map((server, index) => [server, scripts[index]!]));
  const sliceOf = (server: BenchServer): ReturnType<typeof slice> => slice(server, scriptOf.get(server)!);
  for (const server of servers) await load(server.port, scriptOf.get(server)!, 2);
  const before = await Promise.all(servers.map((server) => server.calls()));
  const samples = new Map<BenchServer, Sample[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++) {
    let last = await sliceOf(baseline);
    samples.get(baseline)!.push({ ...last, ratio: 1 });
    for (const server of shuffled(others)) {
      const own = await sliceOf(server);
      const next = await sliceOf(baseline);
      const around = (last.perSecond + next.perSecond) / 2;
      samples.get(server)!.push({ ...own, ratio: own.perSecond / around });
      samples.get(baseline)!.push({ ...next, ratio: next.perSecond / last.perSecond });
      last = next;
    }
  }
  const after = await Promise.all(servers.map((server) => server.calls()));
  return servers.map((server, index) =>
    summary(server.name, samples.get(server)!, after[index]! - before[index]!),
  );
}

async function slice(server: BenchServer, script: string): Promise<Omit<Sample, 'ratio'>> {
  for (let attempt = 1; ; attempt++) {
    const from = server.time();
    const { requests, perSecond, p99Ms } = await load(server.port, script);
    const to = server.time();
    const used = to.used - from.used;
    if (attempt < RETRIES && to.waited - from.waited > MAX_WAITED * used) continue;
    return { perSecond, p99Ms, cpuUs: used / requests / 1000 };
  }
}

function summary(name: string, samples: readonly Sample[], originCalls: number): Measured {
  const at = (share: number, of: keyof Sample): number =>
    quantile(
      samples.map((sample) => sample[of]),
      share,
    );
  return {
    name,
    ratio: at(0.5, 'ratio'),
    spread: [at(0.25, 'ratio'), at(0.75, 'ratio')],
    cpuUs: at(0.5, 'cpuUs'),
    p99Ms: at(0.5, 'p99Ms'),
    perSecond: at(0.5, 'perSecond'),
    originCalls,
  };
}
