import { expect, test } from 'vitest';
import { assertSameForAll } from './same-for-all.js';

const CACHE = { invalidate: () => Promise.resolve({ token: '', position: 0 }) } as never;
const USERS = { nobody: '', alice: 'Alice', bob: 'Bob' };

test('a page that is the same passes', async () => {
  await expect(assertSameForAll(CACHE, USERS, () => Promise.resolve('Hello'))).resolves.toBeUndefined();
});

test('a page that names its user is told with the place', async () => {
  await expect(assertSameForAll(CACHE, USERS, (user) => Promise.resolve(`Hello ${user}`))).rejects.toThrow(
    `asked alone, nobody got "Hello " where alice got "Hello Alice". Give the rule a 'by'`,
  );
});

test('a page made with what another request left behind is found, though it is right for each alone', async () => {
  let current = '';
  const page = async (user: string): Promise<string> => {
    const before = (current = user);
    await new Promise(setImmediate);
    return current === before ? 'Hello' : `Hello ${current}`;
  };
  await expect(assertSameForAll(CACHE, USERS, page)).rejects.toThrow('asked while the others ask');
});

test('one user alone proves nothing', async () => {
  await expect(assertSameForAll(CACHE, { nobody: '' }, () => Promise.resolve(''))).rejects.toThrow(
    'two users',
  );
});
