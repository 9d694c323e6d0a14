import { readdirSync, readFileSync } from 'node:fs';

/** Processor time that all threads of a process and of its children have used, and time they have waited for a processor; nanoseconds. */
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
    for (const child of childrenOf(pid, thread)) {
      const own = timeOf(child);
      used += own.used;
      waited += own.waited;
    }
  }
  return { used, waited };
}

function childrenOf(pid: number, thread: string): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}
