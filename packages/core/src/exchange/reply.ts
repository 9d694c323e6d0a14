import { type CacheState, formatCacheStatus } from '../http/cache-status.js';
import { headersOf } from '../http/fields.js';
import type { FieldLines, RequestView, Reply } from '../http/message.js';
import type { Form } from './codings.js';
import { represent } from './represent.js';

/** The answer to a request from a stored response: with its Age (RFC 9111 section 5.1) and Cache-Status. */
export function replyFrom(stored: Form, view: RequestView, now: number, status: string): Reply {
  const lines = [...stored.lines, 'Age', String(ageOf(stored.generatedAt, now)), 'Cache-Status', status];
  return represent({ ...stored, lines }, view);
}

/** Whole seconds since the origin made it; never negative. */
export function ageOf(generatedAt: number, now: number): number {
  return Math.max(0, Math.floor((now - generatedAt) / 1000));
}

/** 504 for `only-if-cached` when there is nothing to answer with (RFC 9111 section 5.2.1.7). */
export function gatewayTimeout(name: string, state: CacheState): Reply {
  const lines: FieldLines = ['Content-Length', '0', 'Cache-Status', formatCacheStatus(name, state)];
  return { status: 504, lines, headers: headersOf(lines), body: null };
}
