import { expect } from 'vitest';
import type { App } from './app.js';
import type { TestResponse } from './client.js';
import type { TestAnswer, TestRequest } from './host.js';

export const EVIL = 'evil.example';

/** A handler that repeats a header of the request in all places where a response can hold it. */
export const reflect =
  (name: string) =>
  (_run: number, { headers }: TestRequest): TestAnswer => {
    const value = String(headers[name] ?? 'none');
    return { headers: { 'X-Seen': value, Link: `<//${value}/style.css>` }, body: `<a href="//${value}">` };
  };

/** All that a client gets, as one text. */
export const textOf = ({ lines, text }: TestResponse): string => [...lines, text].join('\n');

/** The attacker asks, then a victim without the header, then the victim again. */
export async function attack(app: App, headers: Record<string, string>): Promise<readonly TestResponse[]> {
  const attacked = await app.get('/p', headers);
  const victims = [await app.get('/p'), await app.get('/p')];
  for (const victim of victims) {
    expect(victim.status).toBe(200);
    expect(textOf(victim)).not.toContain('evil');
  }
  expect(victims[1]!.cacheStatus).toBe('hit; ttl=60');
  return [attacked, ...victims];
}
