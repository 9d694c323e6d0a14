import type { GraphQLSchema } from 'graphql';
import { idKey, PREFIX, TYPE_KEY } from './entity-fields.js';
import { entityTag } from './entity-tag.js';
import { typeHint } from './hints.js';
import type { Plan } from './plan.js';
import type { ResolvedOperationRule } from './rule.js';

/** What a result holds. */
export interface Found {
  /** The names of the types. */
  readonly types: ReadonlySet<string>;
  /** The tags of the objects. */
  readonly entities: ReadonlySet<string>;
  /** The shortest lifetime of the types that only the result names (members of unions and interfaces), in milliseconds. */
  readonly ttl: number;
  readonly isPrivate: boolean;
}

type Fields = Record<string, unknown>;

/** Reads types and ids out of a result, and takes what was asked for them away from it. */
export function takeEntities(
  schema: GraphQLSchema,
  result: object,
  plan: Plan,
  rule: ResolvedOperationRule,
): Found {
  const data = 'data' in result ? result.data : undefined;
  const types = new Set<string>();
  const entities = new Set<string>();

  function take(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(take);
    // Only what the server itself has made an object: the value of a scalar is left as it is.
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, TYPE_KEY))
      takeObject(value as Fields);
  }

  function takeObject(fields: Fields): void {
    const type = String(fields[TYPE_KEY]);
    const id = fields[idKey(type)];
    types.add(type);
    const isKnown = typeof id === 'string' || typeof id === 'number';
    if (isKnown) entities.add(rule.types.get(type)?.byId === false ? type : entityTag(type, id));
    for (const name of Object.keys(fields))
      if (name.startsWith(PREFIX)) delete fields[name];
      else take(fields[name]);
  }

  if (typeof data === 'object' && data !== null) Object.values(data).forEach(take);
  // Those that the plan knows have had their say there, where a field may have spoken over them.
  const others = [...types].filter((name) => !plan.types.has(name));
  const hints = others.flatMap((name) => schema.getType(name) ?? []).map((type) => typeHint(rule, type));
  return {
    types,
    entities,
    ttl: Math.min(...hints.map(({ ttl }) => ttl ?? Infinity)),
    isPrivate: hints.some(({ isPrivate }) => isPrivate),
  };
}
