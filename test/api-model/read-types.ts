/** Reads the types that the web app expects of the API out of its TypeScript, as far as they describe JSON. */
import { parseSync } from 'vite';

export type Expected =
  | { kind: 'anything' }
  | { kind: 'primitive'; name: 'string' | 'number' | 'boolean' | 'null' }
  | { kind: 'literal'; value: string }
  | { kind: 'array'; of: Expected }
  | { kind: 'map'; of: Expected }
  | { kind: 'object'; members: ReadonlyMap<string, { optional: boolean; type: Expected }> }
  | { kind: 'union'; of: Expected[] };

/** A node of the syntax tree: what is read of it is checked where it is read. */
interface Node {
  type: string;
  [name: string]: unknown;
}

const primitives: Readonly<Record<string, 'string' | 'number' | 'boolean' | 'null'>> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
  TSNullKeyword: 'null',
};

/** Every exported type by name. Throws on a kind of type that JSON has no use for, so that none is passed over. */
export function readTypes(source: string): Map<string, () => Expected> {
  const { program, errors } = parseSync('model.ts', source);
  if (errors.length > 0) throw new Error(`The file cannot be parsed: ${errors[0]?.message}`);
  const types = new Map<string, () => Expected>();
  for (const statement of program.body as unknown as Node[]) {
    const declared = statement.declaration as Node | null | undefined;
    if (statement.type !== 'ExportNamedDeclaration' || declared === null || declared === undefined) continue;
    if (declared.type === 'VariableDeclaration') {
      for (const variable of declared.declarations as Node[]) types.set(nameOf(variable.id), () => ofWords(variable));
      continue;
    }
    types.set(nameOf(declared.id), () => ofDeclaration(declared, types));
  }
  return types;
}

function ofDeclaration(declared: Node, types: ReadonlyMap<string, () => Expected>): Expected {
  if (declared.type === 'TSTypeAliasDeclaration') return ofType(declared.typeAnnotation as Node, types);
  if (declared.type !== 'TSInterfaceDeclaration') throw new Error(`A ${declared.type} is no type`);
  const members = membersOf((declared.body as Node).body as Node[], types);
  for (const parent of declared.extends as Node[]) {
    const inherited = named(nameOf(parent.expression), types);
    if (inherited.kind !== 'object') throw new Error('An interface extends something else than an object');
    for (const [name, member] of inherited.members) if (!members.has(name)) members.set(name, member);
  }
  return { kind: 'object', members };
}

/** `['a', 'b'] as const`: the words that a type takes from it. */
function ofWords(variable: Node): Expected {
  const list = (variable.init as Node).expression as Node | undefined;
  if (list?.type !== 'ArrayExpression') throw new Error(`${nameOf(variable.id)} is no list of words`);
  return { kind: 'union', of: (list.elements as Node[]).map(({ value }) => ({ kind: 'literal', value: String(value) })) };
}

function membersOf(nodes: readonly Node[], types: ReadonlyMap<string, () => Expected>) {
  const members = new Map<string, { optional: boolean; type: Expected }>();
  for (const node of nodes) {
    if (node.type !== 'TSPropertySignature') throw new Error(`A ${node.type} is nothing that JSON has`);
    const annotation = (node.typeAnnotation as Node).typeAnnotation as Node;
    members.set(nameOf(node.key), { optional: node.optional === true, type: ofType(annotation, types) });
  }
  return members;
}

function ofType(node: Node, types: ReadonlyMap<string, () => Expected>): Expected {
  const primitive = primitives[node.type];
  if (primitive !== undefined) return { kind: 'primitive', name: primitive };
  switch (node.type) {
    case 'TSUnknownKeyword':
      return { kind: 'anything' };
    case 'TSLiteralType':
      return { kind: 'literal', value: String((node.literal as Node).value) };
    case 'TSArrayType':
      return { kind: 'array', of: ofType(node.elementType as Node, types) };
    case 'TSTypeLiteral':
      return { kind: 'object', members: membersOf(node.members as Node[], types) };
    case 'TSUnionType':
      return { kind: 'union', of: (node.types as Node[]).map((one) => ofType(one, types)) };
    case 'TSParenthesizedType':
      return ofType(node.typeAnnotation as Node, types);
    case 'TSTypeQuery':
      return { kind: 'array', of: named(nameOf(node.exprName), types) };
    case 'TSIndexedAccessType':
      return memberOf(ofType(node.objectType as Node, types), ofType(node.indexType as Node, types));
    case 'TSTypeReference':
      return ofReference(node, types);
    default:
      throw new Error(`A ${node.type} cannot be held against a schema`);
  }
}

function ofReference(node: Node, types: ReadonlyMap<string, () => Expected>): Expected {
  const name = nameOf(node.typeName);
  const parameters = (((node.typeArguments as Node | null)?.params ?? []) as Node[]).map((one) => ofType(one, types));
  const [first, second] = parameters;
  if (name === 'Record' && second !== undefined) return { kind: 'map', of: second };
  if (name === 'Omit' && first?.kind === 'object' && second?.kind === 'literal')
    return { kind: 'object', members: new Map([...first.members].filter(([member]) => member !== second.value)) };
  if (parameters.length > 0) return { kind: 'anything' };
  return named(name, types);
}

function named(name: string, types: ReadonlyMap<string, () => Expected>): Expected {
  const type = types.get(name);
  if (type === undefined) return { kind: 'anything' };
  return type();
}

function memberOf(type: Expected, name: Expected): Expected {
  if (type.kind === 'array' && name.kind === 'primitive') return type.of;
  const member = type.kind === 'object' && name.kind === 'literal' ? type.members.get(name.value) : undefined;
  if (member === undefined) throw new Error('A member is named that is none');
  return member.type;
}

const nameOf = (node: unknown): string => String((node as Node).name ?? (node as Node).value);
