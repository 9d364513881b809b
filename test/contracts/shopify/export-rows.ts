/** Lines of an export: a row has what was selected of its node, but for nested connections, whose items are rows of their own. */
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { objectFaults, operationIn } from '#test/contracts/shopify/admin-schema.ts';

interface Nodes {
  type: string;
  /** Without nested connections. */
  own: SelectionSetNode;
  nested: Nodes[];
}

export function exportRowFaults(schema: GraphQLSchema, queries: readonly string[], row: Record<string, unknown>): string[] {
  const { __parentId: parentId, ...fields } = row;
  const type = schema.getType(kindOf(fields.id));
  if (!isObjectType(type)) return [`a row of ${JSON.stringify(fields.id)}, which is no thing of the schema`];
  const roots = queries.map((text) => rootOf(schema, text));
  const candidates =
    parentId === undefined
      ? roots.filter((root) => root.type === type.name)
      : roots
          .filter((root) => root.type === kindOf(parentId))
          .flatMap((root) => root.nested.filter((one) => mayBe(schema, one.type, type)));
  if (candidates.length === 0)
    return [`no export has a row of ${type.name}${parentId === undefined ? '' : ` below ${kindOf(parentId)}`}`];
  const found = candidates.map(({ own }) => objectFaults(schema, type, [own], fields, type.name));
  // Two exports may have rows of one kind: it is enough to be right for one of them.
  return found.some((faults) => faults.length === 0) ? [] : found.flat();
}

const kindOf = (id: unknown): string => /^gid:\/\/shopify\/(\w+)\//.exec(String(id))?.[1] ?? '';

function mayBe(schema: GraphQLSchema, name: string, type: GraphQLObjectType): boolean {
  const wanted = schema.getType(name);
  return name === type.name || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}

function rootOf(schema: GraphQLSchema, text: string): Nodes {
  const [field] = operationIn(text).selectionSet.selections;
  const query = schema.getQueryType();
  if (field?.kind !== Kind.FIELD || query == null) throw new Error('An export is one connection');
  return nodesOf(schema, query, field);
}

/** What a connection's `edges { node { … } }` selects. */
function nodesOf(schema: GraphQLSchema, parent: GraphQLObjectType, connection: FieldNode): Nodes {
  const node = within(within(connection, 'edges'), 'node').selectionSet;
  const connectionType = getNamedType(parent.getFields()[connection.name.value]?.type);
  const edge = isObjectType(connectionType) ? getNamedType(connectionType.getFields().edges?.type) : undefined;
  const type = isObjectType(edge) ? getNamedType(edge.getFields().node?.type) : undefined;
  if (node === undefined || type === undefined) throw new Error(`${connection.name.value} is no connection`);
  const isConnection = (selection: (typeof node.selections)[number]): selection is FieldNode =>
    selection.kind === Kind.FIELD &&
    selection.selectionSet?.selections.some((one) => one.kind === Kind.FIELD && one.name.value === 'edges') === true;
  return {
    type: type.name,
    own: { ...node, selections: node.selections.filter((selection) => !isConnection(selection)) },
    nested: isObjectType(type) ? node.selections.filter(isConnection).map((field) => nodesOf(schema, type, field)) : [],
  };
}

function within(field: FieldNode, name: string): FieldNode {
  const found = field.selectionSet?.selections.find((one) => one.kind === Kind.FIELD && one.name.value === name);
  if (found?.kind !== Kind.FIELD) throw new Error(`${field.name.value} has no ${name}`);
  return found;
}
