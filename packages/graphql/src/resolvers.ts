import { type Cache, type DataRule, optionError, rejectUnknown } from '@shelflife/core';
import { type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { isPlain } from './plain.js';
import { userOf } from './request.js';
import { textOf } from './text.js';

type Args = Readonly<Record<string, unknown>>;

type Kept = Pick<
  DataRule,
  'ttl' | 'swr' | 'staleIfError' | 'negativeTtl' | 'jitter' | 'refreshAhead' | 'timeout'
>;

/** How the results of one resolver are kept: what `cache.wrap` takes, and what makes its key and tags. */
export interface ResolverRule<Context = never> extends Kept {
  /** Names to invalidate by, or what makes them of a result. */
  readonly tags?: readonly string[] | ((result: never, args: never, parent: never) => readonly string[]);
  /** What tells parents apart. Default: their `id`; a parent without one goes past the cache. Root fields need none. */
  readonly key?: (parent: never, args: never) => string | undefined;
  /** As in {@link OperationRule.by}. */
  readonly by?: (context: Context) => string | undefined;
}

/**
 * Puts a cache in front of resolvers, in place: `cacheResolvers(schema, cache, { 'Query.weather': { ttl: '10m' } })`.
 * The key is type, field, parent, arguments and user context; which fields of the result are asked for is not part of it.
 * Use it once on a schema.
 * @throws ShelflifeError `ERR_OPTION` for a field that is not there, or a wrong rule.
 */
export function cacheResolvers<Context = unknown>(
  schema: GraphQLSchema,
  cache: Cache,
  rules: Readonly<Record<string, ResolverRule<Context>>>,
): void {
  for (const [name, rule] of Object.entries(rules)) {
    const field = fieldOf(schema, name);
    field.resolve = cached(schema, cache, name, field.resolve ?? propertyOf, rule);
  }
}

function fieldOf(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> {
  const [typeName = '', fieldName = ''] = name.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const isQuery = type !== schema.getMutationType() && type !== schema.getSubscriptionType();
  if (field !== undefined && isQuery) return field;
  throw optionError(
    'cacheResolvers()',
    `fields of the schema such as 'Query.products', not of mutations`,
    name,
  );
}

type Resolve = GraphQLFieldResolver<unknown, unknown>;

const propertyOf: Resolve = (parent, args, context, info) => {
  const value = (parent as Record<string, unknown> | undefined)?.[info.fieldName];
  return typeof value === 'function' ? (value.call(parent, args, context, info) as unknown) : value;
};

function cached(
  schema: GraphQLSchema,
  cache: Cache,
  name: string,
  resolve: Resolve,
  rule: ResolverRule,
): Resolve {
  const { tags = [], key, by, ...options } = rule;
  checkRule(`rules['${name}']`, rule, cache);
  const isRoot = name.startsWith(`${schema.getQueryType()?.name}.`);

  function keyOf(parent: unknown, args: Args, context: unknown): readonly string[] | undefined {
    const user = userOf(by, context);
    const own = key === undefined ? parentId(isRoot, parent) : key(parent as never, args as never);
    const given = textOf(args);
    if ('reason' in user || own === undefined || given === undefined) return undefined;
    return ['graphql resolver', name, own, given, user.user];
  }

  return (parent, args: Args, context, info) => {
    const at = keyOf(parent, args, context);
    if (at === undefined) return resolve(parent, args, context, info);
    return cache.wrap(
      at,
      async (load) => {
        const result: unknown = await resolve(parent, args, context, info);
        // Instances of classes would come back without their methods.
        if (!isPlain(result)) load.skip();
        load.tag(
          ...(typeof tags === 'function' ? tags(result as never, args as never, parent as never) : tags),
        );
        return result;
      },
      options,
    );
  };
}

function parentId(isRoot: boolean, parent: unknown): string | undefined {
  if (isRoot) return '';
  const id = (parent as { readonly id?: unknown } | undefined)?.id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

const NAMES = [
  'ttl',
  'swr',
  'staleIfError',
  'negativeTtl',
  'jitter',
  'refreshAhead',
  'timeout',
  'tags',
  'key',
  'by',
];

function checkRule(where: string, rule: ResolverRule, cache: Cache): void {
  rejectUnknown(where, rule, NAMES);
  const { timeout: _timeout, key: _key, by: _by, tags, ...kept } = rule;
  // Of the same names and values as the rule of a response.
  cache.rule({ ...kept, ...(tags !== undefined && { tags: tags as readonly string[] }) });
}
