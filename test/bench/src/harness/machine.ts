import { cpus } from 'node:os';

/** What the figures were taken on. */
export function machineName(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
}
