import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';

/** What a figure depends on besides the code. */
export interface Machine {
  readonly date: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memory: number;
}

export function machine(): Machine {
  return {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memory: totalmem(),
  };
}

/** Writes results with the machine they were taken on; nothing without a file. */
export function writeJson(file: string | undefined, results: object): void {
  if (file !== undefined)
    writeFileSync(file, `${JSON.stringify({ machine: machine(), ...results }, undefined, 1)}\n`);
}

/** A table in Markdown; the first row is the heading. */
export function markdown(rows: readonly (readonly (string | number)[])[]): string {
  const [heading = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  const rule = `| ${(rows[0] ?? []).map(() => '---').join(' | ')} |`;
  return [heading, rule, ...body].join('\n');
}

/** Results as {@link writeJson} wrote them; nothing when there is no such file. */
export function readJson(file: string | undefined): Readonly<Record<string, unknown>> {
  return file !== undefined && existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
    : {};
}
