import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PATH } from '../variants/variant.js';

/** What clients ask: `one` URL with the headers wrk sends, or `many`: 1,000 URLs with 13 headers of a browser; `304`: one URL with its ETag. */
export type Profile = 'one' | 'many' | '304';

/** What one slice of load came to. */
export interface Slice {
  readonly requests: number;
  readonly perSecond: number;
  readonly p99Ms: number;
}

const run = promisify(execFile);
const CONNECTIONS = 64;

/** Writes the script that wrk runs for a profile; its path. */
export function scriptFor(profile: Profile, etag = ''): string {
  const path = join(mkdtempSync(join(tmpdir(), 'shelflife-bench-')), `${profile}.lua`);
  writeFileSync(path, SCRIPTS[profile](etag));
  return path;
}

/** One second of load on the second processor: 64 connections, one request in flight on each. */
export async function load(port: number, script: string, seconds = 1): Promise<Slice> {
  const url = `http://127.0.0.1:${port}${PATH}`;
  const args = ['-c', '1', 'wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', '-s', script, url];
  const { stdout } = await run('taskset', args);
  const [, requests, errors, perSecond, p99] = /RESULT (\d+) (\d+) ([\d.]+) ([\d.]+)/.exec(stdout) ?? [];
  if (requests === undefined) throw new Error(`wrk said nothing of use:\n${stdout}`);
  if (Number(errors) > 0) throw new Error(`${errors} of ${requests} answers were errors:\n${stdout}`);
  return { requests: Number(requests), perSecond: Number(perSecond), p99Ms: Number(p99) };
}

const DONE = `
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %.1f %.3f\\n", summary.requests, e.connect + e.read + e.write + e.status + e.timeout,
    summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000))
end
`;

const BROWSER: Readonly<Record<string, string>> = {
  Connection: 'keep-alive',
  'sec-ch-ua': '"Chromium";v="156", "Not:A-Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'Upgrade-Insecure-Requests': '1',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-User': '?1',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9',
};

const SCRIPTS: Readonly<Record<Profile, (etag: string) => string>> = {
  one: () => DONE,
  304: (etag) => `wrk.headers["If-None-Match"] = ${JSON.stringify(etag)}\n${DONE}`,
  many: () => `
${Object.entries(BROWSER)
  .map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
  .join('\n')}
local requests = {}
init = function()
  for i = 1, 1000 do requests[i] = wrk.format("GET", "${PATH}?category=" .. i .. "&page=2") end
end
local i = 0
request = function()
  i = i % 1000 + 1
  return requests[i]
end
${DONE}`,
};
