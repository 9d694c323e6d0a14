import type { IncomingMessage } from 'node:http';
import type { Host } from '@shelflife/core/node';
import type { FastifyRequest } from 'fastify';

/** What core must know of Fastify's requests. */
export const FASTIFY: Host<FastifyRequest> = {
  node: (request) => request.raw,
  url: (request) => request.originalUrl,
  scheme: (request) => request.protocol,
  setUrl(request, url) {
    const raw = request.raw as IncomingMessage & { originalUrl?: string | undefined };
    const { url: inner, originalUrl } = raw;
    const { query } = request;
    const left = queryOf(url);
    request.query = narrowQuery(query, queryOf(request.originalUrl), left);
    raw.url = inner!.split('?', 1)[0] + left;
    raw.originalUrl = url;
    // Fastify remembers what it was when it was first asked.
    Object.defineProperty(request, 'originalUrl', { value: url, configurable: true });
    return () => {
      raw.url = inner;
      raw.originalUrl = originalUrl;
      Reflect.deleteProperty(request, 'originalUrl');
      request.query = query;
    };
  },
  application:
    ({ server }) =>
    (req, res) =>
      server.routing(req, res),
};

function queryOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?')) : '';
}

/**
 * The parsed and validated query without the parameters that are hidden. A parser may have nested them:
 * `filter[colour]` is in `filter`.
 */
function narrowQuery(query: unknown, whole: string, left: string): object {
  const [all, kept] = [whole, left].map((text) => [...new URLSearchParams(text).keys()]) as [
    string[],
    string[],
  ];
  const isNested = (key: string) => (name: string) =>
    name.startsWith(`${key}[`) || name.startsWith(`${key}.`);
  const isVisible = (key: string): boolean =>
    all.includes(key) ? kept.includes(key) : kept.some(isNested(key)) || !all.some(isNested(key));
  return Object.fromEntries(Object.entries(query as object).filter(([key]) => isVisible(key)));
}
