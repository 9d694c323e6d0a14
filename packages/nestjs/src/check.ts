import type { Type } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { type Methods, ShelflifeError } from '@shelflife/core';
import { aheadError } from '@shelflife/core/node';
import type { Handlers } from './handlers.js';
import { CACHEABLE, EVICT, isGuarded, PUT, read, routeMethodOf } from './metadata.js';
import { methodsOf } from './methods.js';
import { METHODS } from './tokens.js';
import { methodOf } from './wrap-method.js';

/**
 * Looks at all that is decorated when the application starts, so that a wrong rule is an error then.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function check(handlers: Handlers, methods: Methods, discovery: DiscoveryService): void {
  for (const { metatype } of discovery.getControllers())
    for (const [, method] of methodsOf(metatype as Type))
      if (routeMethodOf(method) !== undefined) checkHandler(handlers, metatype as Type, method);

  for (const { metatype, instance, isNotMetatype } of discovery.getProviders()) {
    const type = isNotMetatype ? classOf(instance) : (metatype as Type);
    if (type === undefined) continue;
    const decorated = methodsOf(type).filter(([, method]) => isDecorated(method));
    for (const [name, method] of decorated) checkMethod(methods, type, name, method);
    // What a factory has made Nest injects nothing into.
    if (isNotMetatype && decorated.length > 0) Reflect.set(instance as object, METHODS, methods);
  }
}

function checkHandler(handlers: Handlers, type: Type, handler: () => unknown): void {
  const name = `${type.name}.${handler.name}`;
  if (read(PUT, handler) !== undefined) {
    const fix = '@CachePut() is for methods of providers. On a controller handler write @CacheEvict().';
    throw new ShelflifeError('ERR_OPTION', `${name}: ${fix}`);
  }
  const { rule } = handlers.of(type, handler);
  if (rule?.ahead === true && [handler, type].some(isGuarded)) throw aheadError(name, '@UseGuards()');
}

function classOf(instance: unknown): Type | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: Type } | null;
  return typeof prototype?.constructor === 'function' ? prototype.constructor : undefined;
}

function isDecorated(method: object): boolean {
  const isData = [CACHEABLE, PUT, EVICT].some((key) => read(key, method) !== undefined);
  return isData && routeMethodOf(method) === undefined;
}

function checkMethod(methods: Methods, type: Type, name: string, method: object): void {
  const [cacheable, put] = [read<object | string>(CACHEABLE, method), read<object>(PUT, method)];
  if (cacheable !== undefined) methods.cached(cacheable, methodOf(type, name));
  if (put !== undefined) methods.put(put, methodOf(type, name));
}
