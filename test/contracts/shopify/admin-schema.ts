/** The published Admin API schema as a judge of requests and answers: types, nulls, enums, and nothing deprecated. */
import {
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

export function operationIn(text: string): OperationDefinitionNode {
  const [operation, second] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || second !== undefined) throw new Error('A document is one operation');
  return operation;
}

/** What scalars look like on the wire. Those that are not named travel as text. */
const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  Float: (value) => typeof value === 'number',
  ID: (value) => typeof value === 'string' && /^gid:\/\/shopify\/\w+\/\S+$/.test(value),
  Money: (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value),
  Decimal: (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value),
  UnsignedInt64: (value) => typeof value === 'string' && /^\d+$/.test(value),
  DateTime: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
  URL: (value) => typeof value === 'string' && URL.canParse(value),
};
const isText = (value: unknown): boolean => typeof value === 'string';

/** Values given for variables that are deprecated or have not their scalar's form; what validation of the document cannot see. */
export function variableFaults(schema: GraphQLSchema, text: string, variables: Readonly<Record<string, unknown>>): string[] {
  const definitions = operationIn(text).variableDefinitions ?? [];
  return definitions.flatMap((definition) => {
    const name = definition.variable.name.value;
    // The variable may have any type that a document can name.
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
    return type === undefined ? [] : inputFaults(type, variables[name], `$${name}`);
  });
}

function inputFaults(given: GraphQLInputType, value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [];
  const type = getNullableType(given);
  if (isListType(type)) {
    const items = Array.isArray(value) ? value : [value];
    const faults = items.flatMap((item, at) => inputFaults(type.ofType, item, `${path}.${at}`));
    return items.length > 250 ? [`${path}: more than 250 elements`, ...faults] : faults;
  }
  if (isEnumType(type)) {
    const reason = type.getValue(String(value))?.deprecationReason;
    return reason == null ? [] : [`${path}: ${String(value)} is deprecated: ${reason}`];
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    return Object.entries(value).flatMap(([name, inner]) => {
      const field = fields[name];
      if (field === undefined) return [`${path}.${name}: no such field`];
      const faults = inputFaults(field.type, inner, `${path}.${name}`);
      return field.deprecationReason == null ? faults : [`${path}.${name} is deprecated: ${field.deprecationReason}`, ...faults];
    });
  }
  return leafFaults(type.name, value, path);
}

function leafFaults(name: string, value: unknown, path: string): string[] {
  return (scalars[name] ?? isText)(value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${name}`];
}

/** What in `data` is not what the document selected, or not of the schema's type. */
export function answerFaults(schema: GraphQLSchema, text: string, data: unknown): string[] {
  const operation = operationIn(text);
  const root = schema.getRootType(operation.operation);
  if (root == null) return [`the schema has no ${operation.operation}`];
  return objectFaults(schema, root, [operation.selectionSet], data, 'data');
}

interface Selected {
  field: string;
  below: SelectionSetNode[];
}

function outputFaults(
  schema: GraphQLSchema,
  given: GraphQLOutputType,
  below: readonly SelectionSetNode[],
  value: unknown,
  path: string,
): string[] {
  if (value === null) return isNonNullType(given) ? [`${path}: null, where the schema has ${given}`] : [];
  const type = getNullableType(given);
  if (isListType(type)) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((item, at) => outputFaults(schema, type.ofType, below, item, `${path}.${at}`));
  }
  if (isEnumType(type))
    return type.getValue(String(value)) === undefined ? [`${path}: ${JSON.stringify(value)} is no ${type.name}`] : [];
  if (isLeafType(type)) return leafFaults(type.name, value, path);
  if (isObjectType(type)) return objectFaults(schema, type, below, value, path);
  const name = concreteName(value);
  const concrete = schema.getType(name);
  if (!isAbstractType(type) || !isObjectType(concrete) || !schema.isSubType(type, concrete))
    return [`${path}: ${name === '' ? 'an unnamed thing' : name} is no ${type.name}`];
  return objectFaults(schema, concrete, below, value, path);
}

/** Nothing tells the type of a thing behind an interface but its name or its global id. */
function concreteName(value: unknown): string {
  const { __typename: name, id } = value as { __typename?: unknown; id?: unknown };
  if (typeof name === 'string') return name;
  return typeof id === 'string' ? (/^gid:\/\/shopify\/(\w+)\//.exec(id)?.[1] ?? '') : '';
}

export function objectFaults(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  below: readonly SelectionSetNode[],
  value: unknown,
  path: string,
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no ${type.name}`];
  const selected = new Map<string, Selected>();
  for (const set of below) collect(schema, type, set, selected);
  const surplus = Object.keys(value).filter((name) => !selected.has(name));
  const faults = [...selected].flatMap(([name, { field, below: inner }]) => {
    if (!(name in value)) return [`${path}.${name}: selected, but missing`];
    if (field === '__typename') return [];
    const definition = type.getFields()[field];
    if (definition === undefined) return [`${path}.${name}: ${type.name} has no such field`];
    return outputFaults(schema, definition.type, inner, Reflect.get(value, name), `${path}.${name}`);
  });
  return [...faults, ...surplus.map((name) => `${path}.${name}: not selected`)];
}

function collect(schema: GraphQLSchema, type: GraphQLObjectType, set: SelectionSetNode, into: Map<string, Selected>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('Documents have no named fragments');
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const known = into.get(name) ?? { field: selection.name.value, below: [] };
      if (selection.selectionSet !== undefined) known.below.push(selection.selectionSet);
      into.set(name, known);
      continue;
    }
    const condition = selection.typeCondition?.name.value ?? type.name;
    const conditional = schema.getType(condition);
    const applies = condition === type.name || (isAbstractType(conditional) && schema.isSubType(conditional, type));
    if (applies) collect(schema, type, selection.selectionSet, into);
  }
}
