import { type Duration, optionError, parseDuration, rejectUnknown } from '@shelflife/core';

/** How results that hold a type are kept. */
export interface TypeRule {
  /** The longest time that a result with one of these is kept. */
  readonly ttl?: Duration;
  /** `'PRIVATE'`: a result with one of these is not stored. */
  readonly scope?: 'PUBLIC' | 'PRIVATE';
  /** `false`: objects of this type share the tag of the type (`Review`) in place of one each. For long lists of small things. */
  readonly byId?: boolean;
}

/** How results that hold a field are kept; it wins over the rule of the field's type. */
export interface FieldRule {
  readonly ttl?: Duration;
  readonly scope?: 'PUBLIC' | 'PRIVATE';
  /** Tags of results with this field: `['products']`. */
  readonly tags?: readonly string[];
  /** Of a mutation: the tags that it invalidates, besides the objects in its result. A type's name covers all with that type. */
  readonly invalidates?: readonly string[];
}

/** What happened to one operation. */
export interface OperationAnswer {
  readonly operation: string | undefined;
  /** `'miss'`: it was executed. `'bypass'`: so it was, and the cache was not asked. */
  readonly status: 'hit' | 'miss' | 'bypass';
  /** Why it was not stored, or the cache not asked. */
  readonly reason?: string;
}

/** How whole operations are cached. Every option may be left out. */
export interface OperationRule<Context = never> {
  /** How long the result of a root field without a hint of its own is fresh. Default 0: only what has a hint is stored. */
  readonly ttl?: Duration;
  /** By the name of the type. `@cacheControl(maxAge, scope)` in the schema says the same; this wins. */
  readonly types?: Readonly<Record<string, TypeRule>>;
  /** By type and field: `'Query.products'`. */
  readonly fields?: Readonly<Record<string, FieldRule>>;
  /**
   * The user context that decides the answer (role, tenant, user). It enters the key, and requests with credentials may
   * be answered from the cache. `undefined`: neither read nor stored. Without this, requests with `Authorization` or
   * `Cookie` go past the cache.
   */
  readonly by?: (context: Context) => string | undefined;
  /** Told of every operation: for logs and metrics. */
  readonly onAnswer?: (answer: OperationAnswer) => void;
}

/** What a type or field says of lifetime; times are milliseconds, `undefined` when it says nothing. */
export interface Hint {
  readonly ttl: number | undefined;
  readonly isPrivate: boolean;
}

/** {@link OperationRule}, checked. */
export interface ResolvedOperationRule {
  readonly ttl: number;
  readonly types: ReadonlyMap<string, Hint & Pick<TypeRule, 'byId'>>;
  readonly fields: ReadonlyMap<string, Hint & Pick<FieldRule, 'tags' | 'invalidates'>>;
  readonly by: ((context: never) => string | undefined) | undefined;
  readonly onAnswer: (answer: OperationAnswer) => void;
}

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveOperationRule(rule: OperationRule): ResolvedOperationRule {
  rejectUnknown('rule', rule, ['ttl', 'types', 'fields', 'by', 'onAnswer']);
  const { ttl = 0, types = {}, fields = {}, by, onAnswer = () => {} } = rule;
  if (by !== undefined && typeof by !== 'function') throw optionError('rule.by', 'a function', by);
  return {
    ttl: parseDuration('rule.ttl', ttl),
    types: resolved('rule.types', types, ['ttl', 'scope', 'byId']),
    fields: resolved('rule.fields', fields, ['ttl', 'scope', 'tags', 'invalidates']),
    by,
    onAnswer,
  };
}

function resolved<R extends TypeRule | FieldRule>(
  where: string,
  rules: Readonly<Record<string, R>>,
  known: readonly string[],
): Map<string, R & Hint> {
  return new Map(
    Object.entries(rules).map(([name, rule]) => {
      const at = `${where}['${name}']`;
      rejectUnknown(at, rule, known);
      const { ttl, scope = 'PUBLIC' } = rule;
      if (scope !== 'PUBLIC' && scope !== 'PRIVATE')
        throw optionError(`${at}.scope`, `'PUBLIC' or 'PRIVATE'`, scope);
      const hint = {
        ttl: ttl === undefined ? undefined : parseDuration(`${at}.ttl`, ttl),
        isPrivate: scope === 'PRIVATE',
      };
      for (const list of ['tags', 'invalidates'])
        checkTags(`${at}.${list}`, (rule as Record<string, unknown>)[list]);
      return [name, { ...rule, ...hint }] as unknown as [string, R & Hint];
    }),
  );
}

function checkTags(where: string, tags: unknown): void {
  const isTag = (tag: unknown): boolean => typeof tag === 'string' && /^[ -~]{1,120}$/.test(tag);
  if (tags === undefined || (Array.isArray(tags) && tags.every(isTag))) return;
  throw optionError(where, `an array of tags such as ['products']`, tags);
}
