import type { DiscoveryService } from '@nestjs/core';
import { type Cache, type Rule, ShelflifeError } from '@shelflife/core';
import { dataRule } from './data.js';
import type { Handlers } from './handlers.js';
import { CACHEABLE, EVICT, PUT, read, routeMethodOf } from './metadata.js';
import { methodsOf } from './methods.js';
import { CACHE } from './tokens.js';

type Class = new (...args: never[]) => object;

/** What of a rule means something for a value. */
const DATA_OPTIONS: ReadonlySet<string> = new Set(['ttl', 'tags', 'key', 'bypass']);

/**
 * Looks at all that is decorated when the application starts, so that a wrong rule is an error then.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function check(cache: Cache, handlers: Handlers, discovery: DiscoveryService): void {
  for (const { metatype } of discovery.getControllers())
    for (const [name, method] of methodsOf(metatype as Class))
      if (routeMethodOf(method) !== undefined) checkHandler(handlers, metatype as Class, name, method);

  for (const { metatype, instance, isNotMetatype } of discovery.getProviders()) {
    const type = isNotMetatype ? classOf(instance) : (metatype as Class);
    if (type === undefined) continue;
    const decorated = methodsOf(type).filter(([, method]) => isDecorated(method));
    for (const [name, method] of decorated) checkMethod(cache, type, name, method);
    // What a factory has made Nest injects nothing into.
    if (isNotMetatype && decorated.length > 0) Reflect.set(instance as object, CACHE, cache);
  }
}

function classOf(instance: unknown): Class | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: Class } | null;
  return typeof prototype?.constructor === 'function' ? prototype.constructor : undefined;
}

function isDecorated(method: object): boolean {
  const isData = [CACHEABLE, PUT, EVICT].some((key) => read(key, method) !== undefined);
  return isData && routeMethodOf(method) === undefined;
}

function checkHandler(handlers: Handlers, type: Class, name: string, handler: object): void {
  if (read(PUT, handler) !== undefined)
    throw wrong(
      type,
      name,
      '@CachePut() is for methods of providers. On a controller handler write @CacheEvict().',
    );
  handlers.of(type, handler);
}

function checkMethod(cache: Cache, type: Class, name: string, method: object): void {
  for (const key of [CACHEABLE, PUT]) {
    const given = read<Rule | string>(key, method);
    if (given === undefined) continue;
    // The key of a put is also of the result, which the rule of a request knows nothing of.
    const rule = key === PUT ? ({ ...(given as object), key: undefined } as object as Rule) : given;
    const other =
      typeof rule === 'string' ? undefined : Object.keys(rule).find((option) => !DATA_OPTIONS.has(option));
    if (other !== undefined) throw wrong(type, name, `the option '${other}' is for controller handlers.`);
    if (dataRule(cache, rule, { on: type.prototype as object }).ttl === undefined)
      throw wrong(
        type,
        name,
        `how long is a value fresh? Give { ttl: '5m' }, or defaults: { ttl } to the module.`,
      );
  }
}

function wrong(type: Class, name: string, problem: string): ShelflifeError {
  return new ShelflifeError('ERR_OPTION', `${type.name}.${name}: ${problem}`);
}
