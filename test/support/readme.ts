import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.js';

/** A program of a README, and what the shell lines after it say of it. */
export interface Program {
  readonly code: string;
  readonly requests: readonly CurlLine[];
}

/** `curl -i -X PUT -H 'A: b' -d 'body' 'http://localhost:3000/path'  # 204 Cache-Status: …` */
export interface CurlLine {
  readonly path: string;
  readonly init: RequestInit;
  /** What the comment behind it promises. Default: some success. */
  readonly status: number | undefined;
  /** What the comment behind it promises. */
  readonly cacheStatus: string | undefined;
}

/** The README of a package, or of the whole: `root`. */
export function readmeOf(name: string): string {
  const folder = name === 'root' ? root : join(root, 'packages', name);
  return readFileSync(join(folder, 'README.md'), 'utf8');
}

/** A page that users read: its path from the root, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** The README of a package, or of the whole (`root`), and the pages in its folder `docs`. */
export function pagesOf(name: string): readonly Page[] {
  const folder = name === 'root' ? '' : `packages/${name}/`;
  const docs = join(root, folder, 'docs');
  const more = existsSync(docs) ? readdirSync(docs).filter((file) => file.endsWith('.md')) : [];
  return [`${folder}README.md`, ...more.map((file) => `${folder}docs/${file}`)]
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The `ts` blocks of a README in order, each with the curl lines of the `sh` block that follows it. */
export function programsOf(readme: string): readonly Program[] {
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
    language,
    text: text ?? '',
  }));
  return blocks.flatMap(({ language, text }, at) => {
    if (language !== 'ts') return [];
    const next = blocks[at + 1];
    const lines = next?.language === 'sh' ? next.text.split('\n') : [];
    return [{ code: text, requests: lines.filter((line) => line.startsWith('curl ')).map(requestOf) }];
  });
}

/** What a curl line of a README sends, and what its comment promises. */
export function requestOf(line: string): CurlLine {
  const [command = '', status, cacheStatus] = line.split(/ +# (?:(\d{3}) )?Cache-Status: /);
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const headers: [string, string][] = [];
  const init: RequestInit = { headers };
  let url = '';
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    if (word === '-i') continue;
    else if (word === '-X') init.method = words[++at]!;
    else if (word === '-d') init.body = words[++at]!;
    else if (word === '-b') headers.push(['cookie', words[++at]!]);
    else if (word === '-H') headers.push(words[++at]!.split(': ') as [string, string]);
    else url = word;
  }
  if (!url.startsWith('http://localhost:3000/')) throw new Error(`not understood: ${line}`);
  return {
    path: url.slice('http://localhost:3000'.length),
    init,
    status: status === undefined ? undefined : Number(status),
    cacheStatus,
  };
}
