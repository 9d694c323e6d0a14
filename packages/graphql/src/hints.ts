import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  valueFromASTUntyped,
} from 'graphql';
import type { Hint, ResolvedOperationRule } from './rule.js';

const NOTHING: Hint = { ttl: undefined, isPrivate: false };

/** What is said of a type: by the rule, or else by `@cacheControl` in the schema. */
export function typeHint(rule: ResolvedOperationRule, type: GraphQLNamedType): Hint {
  const said = rule.types.get(type.name);
  const { astNode, extensionASTNodes } = type;
  return over(said, directiveHint([astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? [])));
}

/** What is said of a field, or else of the type of its result. */
export function fieldHint(
  rule: ResolvedOperationRule,
  parent: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  type: GraphQLNamedType,
): Hint {
  const said = rule.fields.get(`${parent.name}.${field.name}`);
  const own = over(said, directiveHint(field.astNode?.directives ?? []));
  return over(own, typeHint(rule, type));
}

/** `first` wins on the lifetime; what one of them calls private is private. */
function over(first: Hint | undefined, second: Hint): Hint {
  if (first === undefined) return second;
  return { ttl: first.ttl ?? second.ttl, isPrivate: first.isPrivate || second.isPrivate };
}

/** `@cacheControl(maxAge: 60, scope: PRIVATE)`; `maxAge` is seconds. */
function directiveHint(directives: readonly ConstDirectiveNode[]): Hint {
  const directive = directives.find(({ name }) => name.value === 'cacheControl');
  if (directive === undefined) return NOTHING;
  const said = new Map(
    directive.arguments?.map(({ name, value }) => [name.value, valueFromASTUntyped(value)] as const),
  );
  const maxAge = said.get('maxAge');
  return {
    ttl: typeof maxAge === 'number' ? maxAge * 1000 : undefined,
    isPrivate: said.get('scope') === 'PRIVATE',
  };
}
