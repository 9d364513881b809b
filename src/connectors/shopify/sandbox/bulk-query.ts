/**
 * Checks a bulk query against the platform's rules and turns it into one that is run slice by slice.
 * Rules: at least one and at most five connections, nested at most two levels below the first, one top-level connection.
 * Source: https://shopify.dev/docs/api/usage/bulk-operations/queries.
 */
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const connectionLimit = 5;
const nestingLimit = 2;

/** Response keys under which a slice carries its nodes and, beside each, the id that its children point at. */
export const nodesKey = 'bulkNodes';
export const idKey = 'bulkId';

export interface BulkQuery {
  /** The query of one slice: variables `bulkFirst` and `bulkAfter`. */
  slice: DocumentNode;
  rootKey: string;
}

/** The prepared query, or the sentence that says why it is refused. */
export function prepareBulkQuery(schema: GraphQLSchema, text: string): BulkQuery | { problem: string } {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return { problem: `Invalid bulk query: ${thrown.message}` };
    throw thrown;
  }
  const [invalid] = validate(schema, document);
  if (invalid !== undefined) return { problem: `Invalid bulk query: ${invalid.message}` };
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const operation = operations[0];
  if (operation === undefined || operations.length > 1 || operation.operation !== 'query')
    return { problem: 'A bulk query must be exactly one query operation' };
  if ((operation.variableDefinitions ?? []).length > 0) return { problem: 'Bulk queries cannot use variables' };
  if (document.definitions.length > operations.length)
    return { problem: 'This practice shop runs bulk queries without named fragments' };
  const problem = countProblem(schema, document);
  if (problem !== null) return { problem };
  return rewrite(schema, document, operation);
}

function countProblem(schema: GraphQLSchema, document: DocumentNode): string | null {
  let count = 0;
  let depth = -1;
  let deepest = -1;
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: {
        enter() {
          if (!isConnection(typeInfo)) return;
          count += 1;
          depth += 1;
          deepest = Math.max(deepest, depth);
        },
        leave() {
          if (isConnection(typeInfo)) depth -= 1;
        },
      },
    }),
  );
  if (count === 0) return 'Bulk queries must contain at least one connection.';
  if (count > connectionLimit) return `Bulk queries cannot contain more than ${connectionLimit} connections.`;
  return deepest > nestingLimit
    ? `Bulk queries cannot contain connections with a nesting depth greater than ${nestingLimit}.`
    : null;
}

/** Every connection gives `bulkNodes` instead of its nodes or edges, and every node its id: flattening needs no schema. */
function rewrite(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): BulkQuery | { problem: string } {
  const roots = operation.selectionSet.selections;
  const root = roots[0];
  if (roots.length !== 1 || root?.kind !== Kind.FIELD) return { problem: 'A bulk query must have exactly one top-level field' };
  const rootType = schema.getQueryType()?.getFields()[root.name.value]?.type;
  if (rootType === undefined || !getNamedType(rootType).name.endsWith('Connection')) {
    return { problem: 'This practice shop runs bulk queries whose top-level field is a connection' };
  }
  const typeInfo = new TypeInfo(schema);
  const rewritten = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: {
        leave(node) {
          if (!isConnection(typeInfo)) return undefined;
          const isRoot = typeInfo.getParentType() === schema.getQueryType();
          return {
            ...node,
            arguments: isRoot ? rootArguments(node) : node.arguments,
            selectionSet: connectionSelection(schema, node, typeInfo, isRoot),
          };
        },
      },
    }),
  );
  const variableDefinitions = parse('query ($bulkFirst: Int, $bulkAfter: String) { shop { id } }').definitions.flatMap(
    (definition) => (definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : []),
  );
  const definitions = rewritten.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? { ...definition, variableDefinitions } : definition,
  );
  return { slice: { ...rewritten, definitions }, rootKey: root.alias?.value ?? root.name.value };
}

/** A page size of the top level is ignored, as on the platform: everything is exported. */
function rootArguments(node: FieldNode): FieldNode['arguments'] {
  const kept = (node.arguments ?? []).filter((argument) => !['first', 'last', 'after', 'before'].includes(argument.name.value));
  const added = fieldsOfText('{ shop(first: $bulkFirst, after: $bulkAfter) { id } }').flatMap((field) => field.arguments ?? []);
  return [...kept, ...added];
}

function connectionSelection(schema: GraphQLSchema, node: FieldNode, typeInfo: TypeInfo, isRoot: boolean): SelectionSetNode {
  const wanted: SelectionNode[] = [];
  for (const member of fieldsIn(node.selectionSet)) {
    if (member.name.value === 'nodes') wanted.push(...(member.selectionSet?.selections ?? []));
    if (member.name.value === 'edges') {
      for (const inner of fieldsIn(member.selectionSet))
        if (inner.name.value === 'node') wanted.push(...(inner.selectionSet?.selections ?? []));
    }
  }
  const connection = getNamedType(typeInfo.getType() ?? failSchema());
  const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
  const nodeType = nodes === undefined ? undefined : getNamedType(nodes.type);
  const hasId = isCompositeType(nodeType) && schema.getField(nodeType, 'id') !== undefined;
  const [template] = fieldsOfText(`{ ${nodesKey}: nodes { ${hasId ? `${idKey}: id` : '__typename'} } }`);
  const pageInfo = isRoot ? fieldsOfText('{ pageInfo { endCursor hasNextPage } }') : [];
  if (template === undefined) return failSchema();
  const selections = [...(template.selectionSet?.selections ?? []), ...wanted];
  return {
    kind: Kind.SELECTION_SET,
    selections: [{ ...template, selectionSet: { kind: Kind.SELECTION_SET, selections } }, ...pageInfo],
  };
}

function* fieldsIn(selection: SelectionSetNode | undefined): Generator<FieldNode> {
  for (const node of selection?.selections ?? []) {
    if (node.kind === Kind.FIELD) yield node;
    else if (node.kind === Kind.INLINE_FRAGMENT) yield* fieldsIn(node.selectionSet);
  }
}

function fieldsOfText(text: string): FieldNode[] {
  return parse(text).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [...fieldsIn(definition.selectionSet)] : [],
  );
}

function isConnection(typeInfo: TypeInfo): boolean {
  const type = typeInfo.getType();
  return type != null && getNamedType(type).name.endsWith('Connection');
}

const failSchema = (): never => {
  throw new Error('The schema lacks a part that every bulk query needs');
};
