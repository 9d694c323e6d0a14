import { fileURLToPath } from 'node:url';
import type { Cache, Rule } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import compression from 'compression';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { createDatabase, type Database, type ProductRow } from './database.js';
import { answerError, HttpError } from './http-error.js';
import { readCategory, readOrder, readPage, readPrice, readProductId, readSearch } from './input.js';

export interface AppOptions {
  readonly cache: Cache;
  readonly database?: Database;
}

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** Tag of the pages that every price may rearrange, whether or not they show its product. */
const SORTED_BY_PRICE = 'sorted-by-price';

/** How every page is cached. */
const PAGE: Rule = {
  ttl: '1m',
  // For five minutes more an old answer is served while a new one is fetched.
  swr: '5m',
  // Browsers may keep a copy, but ask each time whether it still holds (and get a 304).
  cacheControl: 'no-cache',
  // The shop knows no users. Without this line a cookie of any other program on 127.0.0.1 would mean a bypass.
  cookies: 'ignore',
};

/** What is special about each. Query parameters that are not named here are part of no key, and no handler sees them. */
const RULES = {
  list: { ...PAGE, query: { allow: ['category', 'page', 'sort'] }, negativeTtl: '10s' },
  product: { ...PAGE, query: 'none', negativeTtl: '10s' },
  search: { ...PAGE, query: { allow: ['q'] } },
  categories: { ...PAGE, query: 'none', ttl: '10m' },
} satisfies Record<string, Rule>;

/** The shop: a JSON API over a slow database, and the page that shows what its cache does. */
export function createApp({ cache, database = createDatabase() }: AppOptions): Express {
  const app = express();
  app.use(securityHeaders());
  // Outside of the cache: what is stored is not compressed, and each client gets the coding it accepts.
  app.use(compression());
  app.use(express.static(PUBLIC));

  app.get('/api/products', responseCache(cache, RULES.list), async (req, res) => {
    const category = readCategory(req.query['category']);
    const order = readOrder(req.query['sort']);
    const list = await database.list(category, order, readPage(req.query['page']));
    if (list === undefined) throw new HttpError(404, `There is no category '${category}'.`);
    if (list.page > list.pages) throw new HttpError(404, `There is no page ${list.page} of ${list.pages}.`);

    req.cache.tag(...tagsOf(list.products));
    if (category !== undefined) req.cache.tag(`category:${category}`);
    if (order === 'price' || order === '-price') req.cache.tag(SORTED_BY_PRICE);
    res.json(list);
  });

  app.get('/api/products/:id', responseCache(cache, RULES.product), async (req, res) => {
    const id = readProductId(req.params['id']);
    req.cache.tag(`product:${id}`); // also when there is no such product: the day it comes, the 404 goes
    const detail = await database.detail(id);
    if (detail === undefined) throw new HttpError(404, `There is no product ${id}.`);

    req.cache.tag(...tagsOf([detail.product, ...detail.related]));
    res.json(detail);
  });

  app.get('/api/search', responseCache(cache, RULES.search), async (req, res) => {
    const found = await database.search(readSearch(req.query['q']));
    req.cache.tag(...tagsOf(found.products));
    res.json(found);
  });

  app.get('/api/categories', responseCache(cache, RULES.categories), async (req, res) => {
    const categories = await database.categories();
    req.cache.tag(...categories.map(({ slug }) => `category:${slug}`));
    res.json({ categories });
  });

  app.put('/api/products/:id/price', express.json({ limit: '1kb' }), async (req, res) => {
    const id = readProductId(req.params['id']);
    const price = readPrice(req.body);
    if (!(await database.setPrice(id, price))) throw new HttpError(404, `There is no product ${id}.`);

    // From here on no one is shown the old price: not on its page, nor in lists, searches or beside others.
    await cache.invalidate({ tags: [`product:${id}`, SORTED_BY_PRICE] });
    res.json({ id, price });
  });

  app.get('/api/stats', (_req, res) => {
    const stats = cache.stats();
    const saved = stats.hits + stats.stale - stats.refreshes;
    res.set('Cache-Control', 'no-store').json({ queries: { run: database.queries, saved }, cache: stats });
  });

  app.use((req) => {
    throw new HttpError(404, `There is nothing at ${req.path}.`);
  });
  app.use(answerError);
  return app;
}

/** What a page shows of products, as tags: at most 24 products in as many categories, so below the limit of 64. */
function tagsOf(products: readonly ProductRow[]): Set<string> {
  return new Set(products.flatMap(({ id, category }) => [`product:${id}`, `category:${category.slug}`]));
}

/** The page needs its own files and nothing else. */
function securityHeaders(): ReturnType<typeof helmet> {
  const self = ["'self'"];
  const none = ["'none'"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: self,
        connectSrc: self,
        baseUri: none,
        formAction: none,
        frameAncestors: none,
      },
    },
  });
}
