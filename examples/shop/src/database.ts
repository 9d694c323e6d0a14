import { setTimeout as sleep } from 'node:timers/promises';
import { type Catalogue, type Category, createCatalogue, type Product } from './catalogue.js';

/** Products on one page. Few enough that a page can tag each of them (a response may have 64 tags). */
export const PAGE_SIZE = 24;
const RELATED = 8;

export const ORDERS = ['newest', 'name', 'price', '-price'] as const;
export type Order = (typeof ORDERS)[number];

/** A product with its category joined. */
export interface ProductRow extends Omit<Product, 'category'> {
  readonly category: Category;
}

export interface ProductPage {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly products: readonly ProductRow[];
}

export interface ProductDetail {
  readonly product: ProductRow;
  readonly related: readonly ProductRow[];
}

export interface CategoryRow extends Category {
  readonly products: number;
}

/** What the shop asks of its database. A promise of `undefined` says that there is no such thing. */
export interface Database {
  /** Queries since the start. */
  readonly queries: number;
  list(category: string | undefined, order: Order, page: number): Promise<ProductPage | undefined>;
  detail(id: number): Promise<ProductDetail | undefined>;
  search(text: string): Promise<ProductPage>;
  categories(): Promise<readonly CategoryRow[]>;
  /** Changes a price; false: there is no such product. */
  setPrice(id: number, price: number): Promise<boolean>;
}

export interface DatabaseOptions {
  /** Milliseconds that an answer is on its way. Default 120. */
  readonly latency?: number;
}

/**
 * A database as one may meet it: far away and without an index. Every query reads all products, joins and
 * scores them; then its answer travels. So an answer may be older than a price that changes meanwhile, and
 * that is the case in which a cache must not go wrong.
 */
export function createDatabase({ latency = 120 }: DatabaseOptions = {}): Database {
  const { categories, products }: Catalogue = createCatalogue();
  const table = [...products];
  let queries = 0;

  async function query<T>(work: () => T): Promise<T> {
    queries += 1;
    const answer = work();
    await sleep(latency);
    return answer;
  }

  function joined(): ProductRow[] {
    return table.map((product) => ({ ...product, category: categoryOf(product, categories) }));
  }

  return {
    get queries() {
      return queries;
    },
    list: (category, order, page) =>
      query(() => {
        if (category !== undefined && !categories.some(({ slug }) => slug === category)) return undefined;
        const rows = joined().filter((row) => category === undefined || isIn(row, category));
        return pageOf(rows.toSorted(COMPARE[order]), page);
      }),
    detail: (id) =>
      query(() => {
        const rows = joined();
        const product = rows.find((row) => row.id === id);
        return product && { product, related: best(rows, (row) => likeness(row, product)).slice(0, RELATED) };
      }),
    search: (text) => query(() => pageOf(best(joined(), relevanceTo(text)), 1)),
    categories: () =>
      query(() => {
        const rows = joined();
        return categories.map((category) => ({
          ...category,
          products: rows.filter((row) => isIn(row, category.slug)).length,
        }));
      }),
    setPrice: async (id, price) => {
      await sleep(latency);
      const index = table.findIndex((product) => product.id === id);
      const product = table[index];
      if (product === undefined) return false;
      table[index] = { ...product, price };
      return true;
    },
  };
}

const COMPARE: Record<Order, (a: ProductRow, b: ProductRow) => number> = {
  newest: (a, b) => b.createdAt.localeCompare(a.createdAt) || a.id - b.id,
  name: (a, b) => a.name.localeCompare(b.name, 'en') || a.id - b.id,
  price: (a, b) => a.price - b.price || a.id - b.id,
  '-price': (a, b) => b.price - a.price || a.id - b.id,
};

function categoryOf(product: Product, categories: readonly Category[]): Category {
  const category = categories.find(({ slug }) => slug === product.category);
  if (category === undefined) throw new Error(`product ${product.id} is in no category`);
  return category;
}

function isIn({ category }: ProductRow, slug: string): boolean {
  return category.slug === slug || category.parent === slug;
}

function pageOf(rows: readonly ProductRow[], page: number): ProductPage {
  const start = (page - 1) * PAGE_SIZE;
  return {
    total: rows.length,
    page,
    pages: Math.max(1, Math.ceil(rows.length / PAGE_SIZE)),
    products: rows.slice(start, start + PAGE_SIZE),
  };
}

/** Rows with a score above 0, the highest first. */
function best(rows: readonly ProductRow[], score: (row: ProductRow) => number): ProductRow[] {
  return rows
    .map((row) => ({ row, score: score(row) }))
    .filter((scored) => scored.score > 0)
    .toSorted((a, b) => b.score - a.score || a.row.id - b.row.id)
    .map(({ row }) => row);
}

/** How much a customer of one product may want the other. Not by price: then any price could change any page. */
function likeness(row: ProductRow, other: ProductRow): number {
  if (row.id === other.id || row.category.slug !== other.category.slug) return 0;
  const words = new Set(wordsOf(other.name));
  const shared = wordsOf(row.name).filter((word) => words.has(word)).length;
  return 1 + shared + (row.brand === other.brand ? 2 : 0) + (row.stock > 0 ? 1 : 0);
}

/** Scores by where the words of a search stand; every word must stand somewhere. */
function relevanceTo(text: string): (row: ProductRow) => number {
  const wanted = wordsOf(text);
  return (row) => {
    const scores = wanted.map((word) => relevance(row, word));
    return scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0);
  };
}

function relevance({ name, category, description }: ProductRow, word: string): number {
  const words = wordsOf(name);
  if (words.includes(word)) return 8;
  if (words.some((candidate) => candidate.startsWith(word))) return 5;
  if (wordsOf(category.name).some((candidate) => candidate.startsWith(word))) return 3;
  return wordsOf(description).includes(word) ? 1 : 0;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
