import {
  GUARDS_METADATA,
  HEADERS_METADATA,
  METHOD_METADATA,
  SSE_METADATA,
} from '@nestjs/common/constants.js';

/** The names under which the decorators leave what they were given, on handlers and classes. */
export const CACHEABLE = 'shelflife:cacheable';
export const CACHE_RULE = 'shelflife:rule';
export const EVICT = 'shelflife:evict';
export const PUT = 'shelflife:put';
export const NO_CACHE = 'shelflife:no-cache';

/** What a decorator has left on a handler or a class. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- metadata has no type but what its reader knows
export function read<T>(key: string, target: object): T | undefined {
  return Reflect.getMetadata(key, target) as T | undefined;
}

/** The `RequestMethod` that Nest routes to a function; `undefined` when it routes none. */
export function routeMethodOf(handler: unknown): number | undefined {
  return typeof handler === 'function' ? read(METHOD_METADATA, handler) : undefined;
}

/** Whether a handler sends events as long as the client stays. */
export function isEventStream(handler: object): boolean {
  return read(SSE_METADATA, handler) === true;
}

/** Whether a handler or a controller has guards of its own. */
export function isGuarded(place: object): boolean {
  return (read<readonly unknown[]>(GUARDS_METADATA, place)?.length ?? 0) > 0;
}

/** Whether a handler has fields that Nest sets before it runs. */
export function setsFields(handler: object): boolean {
  return read(HEADERS_METADATA, handler) !== undefined;
}

/** Gives `to` what decorators have left on `from`, so that nobody can tell the two apart. */
export function copyMetadata(from: object, to: object): void {
  for (const key of Reflect.getOwnMetadataKeys(from) as unknown[])
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, from), to);
}
