import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
  parse,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { contractText, hasContract } from '#connectors/shopify/sandbox/published-contract.ts';
import { schema, schemaText } from '#connectors/shopify/sandbox/schema.ts';

const published = hasContract('admin_2026-10.graphql.gz');
const earlier = hasContract('admin_2026-07.graphql.gz');
const operations = hasContract('connector-operations.graphql');

/** Every way in which `ours` says something that `theirs` does not. */
function differences(ours: GraphQLSchema, theirs: GraphQLSchema): string[] {
  const found: string[] = [];
  for (const [name, type] of Object.entries(ours.getTypeMap())) {
    if (name.startsWith('__')) continue;
    const other = theirs.getType(name);
    if (other === undefined || other.constructor !== type.constructor) {
      found.push(`${name}: no such type, or of another kind`);
    } else if (isEnumType(type) && isEnumType(other)) {
      for (const { name: value } of type.getValues())
        if (other.getValue(value) == null) found.push(`${name}.${value}: no such value`);
    } else if (isInputObjectType(type) && isInputObjectType(other)) {
      found.push(...inputDifferences(name, type.getFields(), other.getFields(), isRequiredInputField));
      if (type.isOneOf !== other.isOneOf) found.push(`${name}: @oneOf differs`);
    } else if ((isObjectType(type) || isInterfaceType(type)) && (isObjectType(other) || isInterfaceType(other))) {
      const theirInterfaces = other.getInterfaces().map((one) => one.name);
      for (const one of type.getInterfaces())
        if (!theirInterfaces.includes(one.name)) found.push(`${name}: does not implement ${one.name}`);
      for (const field of Object.values(type.getFields())) {
        const theirField = other.getFields()[field.name];
        const path = `${name}.${field.name}`;
        if (theirField === undefined) found.push(`${path}: no such field`);
        else if (String(field.type) !== String(theirField.type)) found.push(`${path}: ${field.type}, not ${theirField.type}`);
        else found.push(...inputDifferences(path, byName(field.args), byName(theirField.args), isRequiredArgument));
      }
    }
  }
  for (const directive of ours.getDirectives()) {
    const other = theirs.getDirective(directive.name);
    if (other == null) found.push(`@${directive.name}: no such directive`);
    else found.push(...inputDifferences(`@${directive.name}`, byName(directive.args), byName(other.args), isRequiredArgument));
  }
  return found;
}

type Input = GraphQLArgument | GraphQLInputField;

function inputDifferences<T extends Input>(
  path: string,
  ours: Record<string, T>,
  theirs: Record<string, T>,
  required: (input: T) => boolean,
): string[] {
  const found: string[] = [];
  for (const [name, input] of Object.entries(ours)) {
    const other = theirs[name];
    if (other === undefined) found.push(`${path}(${name}): not there`);
    else if (String(input.type) !== String(other.type)) found.push(`${path}(${name}): ${input.type}, not ${other.type}`);
    else if (defaultOf(input) !== defaultOf(other))
      found.push(`${path}(${name}): default ${defaultOf(input)}, not ${defaultOf(other)}`);
  }
  for (const [name, other] of Object.entries(theirs))
    if (required(other) && ours[name] === undefined) found.push(`${path}(${name}): required, but dropped`);
  return found;
}

const byName = <T extends { name: string }>(list: readonly T[]): Record<string, T> =>
  Object.fromEntries(list.map((one) => [one.name, one]));

function defaultOf(input: Input): string {
  const literal = input.default?.literal;
  return literal === undefined ? '' : 'value' in literal ? String(literal.value) : literal.kind;
}

describe.skipIf(!published)('against the published Admin API schema 2026-10', () => {
  test('every type, field, argument, input field, enum value and default of the practice shop is the platform’s', () => {
    expect(differences(schema, buildSchema(contractText('admin_2026-10.graphql.gz'), { assumeValid: true }))).toEqual([]);
  });

  test('the comparison itself notices a wrong type, a made-up name, a dropped required field and another default', () => {
    const theirs = buildSchema('type Query { a(x: Int! y: Int = 1): Int b: String! } enum E { ONE }');
    const ours = buildSchema('type Query { a(y: Int = 2): Int b: String c: Int } enum E { ONE TWO } type Extra { a: Int }');
    expect(differences(ours, theirs).sort()).toEqual([
      'E.TWO: no such value',
      'Extra: no such type, or of another kind',
      'Query.a(x): required, but dropped',
      'Query.a(y): default 2, not 1',
      'Query.b: String, not String!',
      'Query.c: no such field',
    ]);
  });
});

test.skipIf(!earlier)('2026-07, which the shop serves too, knows the same names', () => {
  // Fields that 2026-10 made nullable or added would show here; the shop answers both versions alike.
  expect(differences(schema, buildSchema(contractText('admin_2026-07.graphql.gz'), { assumeValid: true }))).toEqual([]);
});

test.skipIf(!operations)('the usual operations on products, stock, bulk and webhooks are valid here', () => {
  const document = parse(contractText('connector-operations.graphql'));
  const wanted =
    'ShopInfo Locations ProductsPage VariantBySku BulkExport BulkStatus PricePush StockSet StockAdjust Activate Pubs HookCreate Hooks HookDelete'.split(
      ' ',
    );
  const named = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && wanted.includes(definition.name?.value ?? ''),
  );
  expect(named).toHaveLength(wanted.length);
  expect(named.flatMap((definition) => validate(schema, { kind: Kind.DOCUMENT, definitions: [definition] })).map(String)).toEqual(
    [],
  );
});

test('the SDL is a valid schema by itself', () => {
  expect(() => buildSchema(schemaText)).not.toThrow();
});
