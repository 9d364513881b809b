/** Holds a type of the web app against the JSON schema of an answer: whatever the server may say must fit the type. */
import type { Expected } from '#test/api-model/read-types.ts';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: (string | number | null)[];
  const?: string | number | null;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
}

export interface ApiDocument {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: Schema }> }> } | undefined> | undefined
  >;
  components: { schemas: Record<string, Schema> };
}

/** Sentences, each beginning with the place. Empty: they agree. */
export function disagreements(type: Expected, schema: Schema, document: ApiDocument, place: string): string[] {
  if (type.kind === 'anything') return [];
  const said = alternatives(schema, document);
  const expected = type.kind === 'union' ? type.of.flatMap((one) => (one.kind === 'union' ? one.of : [one])) : [type];
  const unexpected = said.flatMap((one) => {
    const tried = expected.filter((other) => sameKind(other, one)).map((other) => deeper(other, one, document, place));
    if (tried.length === 0) return [`${place}: the API may say ${wordsOf(one)}, the type does not allow it`];
    return tried.reduce((a, b) => (b.length < a.length ? b : a));
  });
  const neverSaid = expected
    .filter((one) => one.kind === 'literal' && !said.some((other) => sameKind(one, other)))
    .map((one) => `${place}: the API never says ${one.kind === 'literal' ? one.value : ''}`);
  return [...unexpected, ...neverSaid];
}

/** A schema that is one thing: unions, enumerations and references are taken apart. */
function alternatives(schema: Schema, document: ApiDocument): Schema[] {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`${schema.$ref} is missing in the document`);
    return alternatives(target, document);
  }
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return several.flatMap((one) => alternatives(one, document));
  if (schema.enum !== undefined) return schema.enum.map((value) => ({ const: value }));
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  return [schema];
}

const primitiveOf: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

function sameKind(type: Expected, schema: Schema): boolean {
  if (schema.const !== undefined) {
    if (type.kind === 'literal') return type.value === schema.const;
    return type.kind === 'primitive' && type.name === (schema.const === null ? 'null' : typeof schema.const);
  }
  switch (type.kind) {
    case 'primitive':
      return primitiveOf[String(schema.type)] === type.name;
    case 'array':
      return schema.type === 'array';
    case 'object':
      return schema.type === 'object' && schema.properties !== undefined;
    case 'map':
      return schema.type === 'object' && schema.properties === undefined;
    case 'anything':
      return true;
    default:
      return false;
  }
}

function deeper(type: Expected, schema: Schema, document: ApiDocument, place: string): string[] {
  if (type.kind === 'array') return disagreements(type.of, schema.items ?? {}, document, `${place}[]`);
  if (type.kind === 'map')
    return typeof schema.additionalProperties === 'object'
      ? disagreements(type.of, schema.additionalProperties, document, `${place}.*`)
      : [];
  if (type.kind !== 'object') return [];
  return [...type.members].flatMap(([name, member]) => {
    const here = `${place}.${name}`;
    const property = schema.properties?.[name];
    if (property === undefined) return [`${here}: the API has no such member`];
    const mayBeAbsent = !member.optional && schema.required?.includes(name) !== true;
    return [
      ...(mayBeAbsent ? [`${here}: the API may leave it out, the type does not allow it`] : []),
      ...disagreements(member.type, property, document, here),
    ];
  });
}

const wordsOf = (schema: Schema): string =>
  schema.const === undefined ? String(schema.type ?? 'anything') : String(schema.const);
