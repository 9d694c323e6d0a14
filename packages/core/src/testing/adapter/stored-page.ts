import type { Rule } from '../../rule/rule.js';
import { type App, startOne } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

/** What the cases of validation are fresh for. */
export const RULE = { ttl: '10s' } as const;

export const PAGE: TestAnswer = {
  headers: { ETag: '"a"', 'Content-Type': 'text/plain', 'X-Old': '1' },
  body: 'page',
};
export const NOT_MODIFIED: TestAnswer = { status: 304, headers: { ETag: '"a"', 'X-New': '2' } };

const CONDITIONS = ['if-none-match', 'if-modified-since'] as const;

/** The conditions of a request as its handler saw them. */
export type Asked = Readonly<Record<string, string | undefined>>;

/** A route that answers with {@link PAGE}, then with what `next` makes of each further request; notes the conditions it sees. */
export async function startStored(
  host: TestHost,
  next: (run: number, req: TestRequest) => TestAnswer | Promise<TestAnswer> = () => NOT_MODIFIED,
  rule: Rule<TestRequest> = RULE,
  first: TestAnswer = PAGE,
): Promise<App & { readonly calls: () => number; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const app = await startOne(host, rule, (run, req) => {
    asked.push(Object.fromEntries(CONDITIONS.map((name) => [name, req.headers[name] as string | undefined])));
    return run === 1 ? first : next(run, req);
  });
  await app.get('/');
  return { ...app, asked };
}
