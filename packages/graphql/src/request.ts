import type { ResponseControl } from '@shelflife/core';

interface Lines {
  readonly headers: { get?(name: string): string | null; readonly [name: string]: unknown };
}

/** What the contexts of Yoga (`request`, and behind Express `req`) and Mercurius (`reply`) say of the request. */
interface Surroundings {
  readonly request?: Lines;
  readonly req?: Lines & { readonly cache?: ResponseControl };
  readonly reply?: { readonly request?: Lines & { readonly cache?: ResponseControl } };
}

/** Whether a request may be one of a user: it has credentials, or nothing is known of it. */
export function mayBeOfUser(context: unknown): boolean {
  const { request, req, reply } = (context ?? {}) as Surroundings;
  const lines = request ?? req ?? reply?.request;
  if (lines === undefined) return true;
  return has(lines, 'authorization') || has(lines, 'cookie');
}

function has({ headers }: Lines, name: string): boolean {
  return (typeof headers.get === 'function' ? headers.get(name) : headers[name]) != null;
}

/** The response cache that the request came through, if there is one. */
export function responseOf(context: unknown): ResponseControl | undefined {
  const { req, reply } = (context ?? {}) as Surroundings;
  const control = req?.cache ?? reply?.request?.cache;
  return typeof control?.skip === 'function' ? control : undefined;
}

/** The user context of a request, or why there is none. */
export function userOf(
  by: ((context: never) => string | undefined) | undefined,
  context: unknown,
): { readonly user: string } | { readonly reason: string } {
  if (by === undefined) return mayBeOfUser(context) ? { reason: 'CREDENTIALS' } : { user: '' };
  try {
    const user = by(context as never);
    return typeof user === 'string' ? { user: `by ${user}` } : { reason: 'BY' };
  } catch {
    return { reason: 'BY' };
  }
}
