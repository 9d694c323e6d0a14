import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isLeafType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What every name that is added to a document begins with. */
export const PREFIX = '__shelflife_';

/** Where the name of an object's type is found in a result. */
export const TYPE_KEY: string = `${PREFIX}type`;

/** Where the id of an object is found. By type, since two members of a union may have ids of different types. */
export function idKey(type: string): string {
  return `${PREFIX}id_${type}`;
}

/** The document with the type and, where there is one, the id of every object in its result, under names of ours. */
export function withEntityFields(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        leave(node) {
          const type = getNamedType(info.getType());
          if (node.selectionSet === undefined || !isCompositeType(type) || type.name.startsWith('__')) return;
          const selections = [...node.selectionSet.selections, ...added(schema, type)];
          return { ...node, selectionSet: { ...node.selectionSet, selections } };
        },
      },
    }),
  );
}

function added(schema: GraphQLSchema, type: GraphQLNamedType): readonly SelectionNode[] {
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const ids = types.filter(hasId).map(({ name }) => (name === type.name ? idOf(name) : on(name, idOf(name))));
  return [field(TYPE_KEY, '__typename'), ...ids];
}

/** An `id` without arguments. */
function hasId(type: GraphQLNamedType): boolean {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const id = type.getFields()['id'];
  return id !== undefined && id.args.length === 0 && isLeafType(getNamedType(id.type));
}

const idOf = (type: string): FieldNode => field(idKey(type), 'id');

function field(alias: string, name: string): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: name },
  };
}

function on(type: string, selection: SelectionNode): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
  };
}
