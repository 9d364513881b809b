/**
 * What the platform will reserve for a document, by its published rule: a field without a selection 0, an object 1, a
 * connection its page size times what one of its items costs, a mutation 10. Where the rule is vague, the dearer reading is
 * taken (a connection and its pageInfo are objects themselves, every fragment counts); only userErrors, empty when all is
 * well, are nothing. What was really taken stands in every answer and corrects the bucket.
 * https://shopify.dev/docs/api/usage/limits#graphql-admin-api-rate-limits
 */
import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { assert } from '#base/assert.ts';

/** More than this is refused with MAX_COST_EXCEEDED, however full the bucket. */
export const pointsAtMost = 1000;

const pointsPerMutation = 10;

/** Lists without pages, by their largest size: a product has at most three options. */
const listSizes: Readonly<Record<string, number>> = { options: 3, selectedOptions: 3 };

export type Variables = Readonly<Record<string, unknown>>;

/** Points of one call with these variables. */
export function costOf(text: string, variables: Variables): number {
  const [operation] = parsed(text).definitions;
  assert(operation?.kind === Kind.OPERATION_DEFINITION, 'a document begins with its operation');
  const mutation = operation.operation === 'mutation';
  const points = childrenCost(operation.selectionSet, variables);
  return mutation ? pointsPerMutation + points - operation.selectionSet.selections.length : points;
}

const known = new Map<string, DocumentNode>();

function parsed(text: string): DocumentNode {
  const before = known.get(text);
  if (before !== undefined) return before;
  const document = parse(text);
  known.set(text, document);
  return document;
}

function childrenCost(selections: SelectionSetNode, variables: Variables): number {
  let points = 0;
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) points += fieldCost(selection, variables);
    else if (selection.kind === Kind.INLINE_FRAGMENT) points += childrenCost(selection.selectionSet, variables);
    else throw new Error('Named fragments are not costed');
  }
  return points;
}

function fieldCost(field: FieldNode, variables: Variables): number {
  const { selectionSet } = field;
  if (selectionSet === undefined || field.name.value === 'userErrors') return 0;
  const size = pageSize(field, variables);
  if (size === null) return (listSizes[field.name.value] ?? 1) * (1 + childrenCost(selectionSet, variables));
  const isList = selectionSet.selections.every((part) => part.kind !== Kind.FIELD || !connectionParts.has(part.name.value));
  if (isList) return size * (1 + childrenCost(selectionSet, variables));
  let points = 1;
  for (const part of selectionSet.selections) {
    if (part.kind !== Kind.FIELD || part.selectionSet === undefined) continue;
    points += (part.name.value === 'nodes' ? size : 1) * (1 + childrenCost(part.selectionSet, variables));
  }
  return points;
}

/** A field that is given a size and has none of these is a plain list: nodes(ids), an order's refunds(first). */
const connectionParts: ReadonlySet<string> = new Set(['nodes', 'edges']);

/** `first` of a connection, or how many `ids` a nodes() is asked for; null for anything else. */
function pageSize(field: FieldNode, variables: Variables): number | null {
  for (const argument of field.arguments ?? []) {
    if (argument.name.value !== 'first' && argument.name.value !== 'ids') continue;
    const { value } = argument;
    if (value.kind === Kind.INT) return Number(value.value);
    assert(value.kind === Kind.VARIABLE, 'a page size is a number or a variable');
    const given = variables[value.name.value];
    return Array.isArray(given) ? given.length : Number(given);
  }
  return null;
}
