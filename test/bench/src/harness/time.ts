import { readdirSync, readFileSync } from 'node:fs';

/** Processor time that all threads of a process have used, and time they have waited for a processor; nanoseconds. */
export interface Time {
  readonly used: number;
  readonly waited: number;
}

/** https://docs.kernel.org/scheduler/sched-stats.html: time on the processor, time waiting for it, slices. */
export function timeOf(pid: number): Time {
  let used = 0;
  let waited = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [on, delay] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);
    used += on!;
    waited += delay!;
  }
  return { used, waited };
}
