// One cache of the data comparison in a process of its own: tsx host.ts NAME. Tells how it protects its callers, and then
// for each slice it is asked for what it took.
import { timeOf } from '../harness/time.js';
import { CASES, loadsOf, prepare, type Running } from './cases.js';
import { protectionOf } from './protection.js';
import { VALUES } from './values.js';
import { DATA_VARIANTS } from './variants.js';

/** One slice that is asked for. */
export interface Order {
  /** Its place among the cases. */
  readonly at: number;
  readonly times: number;
}

/** What a slice took; times are nanoseconds. */
export interface Slice {
  readonly loads: number;
  /** Processor time of all threads of the process. */
  readonly used: number;
  /** How long they waited for a processor. */
  readonly waited: number;
}

const variant = DATA_VARIANTS[process.argv[2]!]!;
const kept = new Map<number, Running>();

async function slice({ at, times }: Order): Promise<Slice> {
  const { what, value } = CASES[at]!;
  const running = kept.get(at) ?? (await prepare(variant, CASES[at]!, VALUES[value]));
  const { waited } = timeOf(process.pid);
  const before = process.cpuUsage();
  const loads = await running.run(times);
  // Not that of timeOf(), which is up to 4 ms old.
  const { user, system } = process.cpuUsage(before);
  // One that only grows would have to hold all that was ever missing.
  if (loadsOf(what) > 0) await running.close();
  else kept.set(at, running);
  return { loads, used: (user + system) * 1000, waited: timeOf(process.pid).waited - waited };
}

process.on('message', async (order: Order) => process.send!(await slice(order)));
process.on('disconnect', () => process.exit(0));
process.send!({ protection: await protectionOf(variant) });
