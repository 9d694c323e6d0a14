import { type Order, ORDERS } from './database.js';
import { HttpError } from './http-error.js';

/** Reads what clients send; anything else than expected is a 400 that says what was expected. */

/** The dearest a product may be, in cents. */
const MAX_PRICE = 100_000_000;

export function readCategory(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && /^[a-z-]{1,40}$/.test(value)) return value;
  throw new HttpError(400, 'category must be one slug such as table-lamps; /api/categories lists them.');
}

export function readOrder(value: unknown): Order {
  if (value === undefined || value === '') return 'newest';
  const order = ORDERS.find((known) => known === value);
  if (order !== undefined) return order;
  throw new HttpError(400, `sort must be one of ${ORDERS.join(', ')}.`);
}

export function readPage(value: unknown): number {
  if (value === undefined || value === '') return 1;
  if (typeof value === 'string' && /^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new HttpError(400, 'page must be a number from 1.');
}

export function readSearch(value: unknown): string {
  if (typeof value === 'string' && /[\p{L}\p{N}]/u.test(value) && value.length <= 80) return value;
  throw new HttpError(400, 'q must be one or more words, up to 80 characters.');
}

/** An id that no product can have is not wrong, there is just no such product. */
export function readProductId(value: unknown): number {
  if (typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new HttpError(404, 'There is no such product; ids are numbers from 1.');
}

export function readPrice(body: unknown): number {
  const price = isObject(body) ? body['price'] : undefined;
  if (typeof price === 'number' && Number.isInteger(price) && price > 0 && price <= MAX_PRICE) return price;
  throw new HttpError(400, 'Send JSON such as {"price": 1234}: whole cents, from 1.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
