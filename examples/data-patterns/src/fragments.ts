import { createCache } from '@shelflife/core';
import { createDatabase } from './support/database.js';
import { step } from './support/say.js';

const cache = createCache({ defaults: { ttl: '1h' } });
const database = createDatabase();

/** Prints that a piece is rendered, and renders it. */
function rendered(what: string, html: string): string {
  console.log(`    [template] ${what}`);
  return html;
}

const item = (id: string): Promise<string> =>
  cache.fragment(
    ['item', id],
    async () => {
      const product = await database.read(id);
      return rendered(`item ${id}`, `<li>${product?.name}, ${product?.price}</li>`);
    },
    { tags: [`product:${id}`] },
  );

/** Made of other pieces, and so invalid with each of them. */
const list = (): Promise<string> =>
  cache.fragment('list', async () => rendered('list', `<ul>${await item('1')}${await item('2')}</ul>`));

const menu = (): Promise<string> => cache.fragment('menu', () => rendered('menu', '<nav>Shop</nav>'));

async function page(): Promise<void> {
  console.log(`    ${await menu()}${await list()}`);
}

step('The page is made of a menu and a list, the list of two items:');
await page();

step('Again. Nothing is rendered:');
await page();

step('The price of product 1 changes. Its item and the list around it are rendered again, and nothing else:');
await database.write({ id: '1', name: 'lamp', price: 900 });
await cache.invalidate({ tags: ['product:1'] });
await page();
