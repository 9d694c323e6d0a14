import type { Cache } from '../cache.js';

/**
 * Checks in a test of your application that a page is the same whoever asks, before you give its route a rule. It is
 * asked for by each user alone, with nothing stored, and then by all at once: a page made with what another request
 * has left in a variable of the module differs then (attacks.md U13), which no cache can see.
 *
 * @param users how each asks: `{ nobody: {}, alice: { 'x-api-key': 'a' } }`.
 * @param ask fetches the page as that user, and returns what is compared: the body, or the body and fields as one text.
 * @throws Error with the users who got something else and the first place where it differs.
 */
export async function assertSameForAll<User>(
  cache: Pick<Cache, 'invalidate'>,
  users: Readonly<Record<string, User>>,
  ask: (user: User) => Promise<string>,
): Promise<void> {
  const names = Object.keys(users);
  if (names.length < 2) throw new Error(`assertSameForAll: expected two users or more, got ${names.length}.`);
  const fresh = async (name: string): Promise<string> => {
    await cache.invalidate({ all: true });
    return ask(users[name]!);
  };
  const alone: string[] = [];
  for (const name of names) alone.push(await fresh(name));
  compare(names, alone, 'alone');
  compare(names, await Promise.all(names.map(fresh)), 'while the others ask');
}

function compare(names: readonly string[], pages: readonly string[], when: string): void {
  const [first = ''] = pages;
  const other = pages.findIndex((page) => page !== first);
  if (other === -1) return;
  const page = pages[other]!;
  const at = page.split('').findIndex((letter, index) => letter !== first[index]);
  const place = at === -1 ? page.length : at;
  const excerpt = (text: string): string => JSON.stringify(text.slice(Math.max(0, place - 20), place + 40));
  throw new Error(
    `the page is not the same for all: asked ${when}, ${names[0]} got ${excerpt(first)} where ${names[other]} ` +
      `got ${excerpt(page)}. Give the rule a 'by' that tells them apart, or do not cache it.`,
  );
}
