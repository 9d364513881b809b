/**
 * What a query costs, and the bucket that pays. Object 1, scalar and enum 0, interface the dearest selection, mutation 10,
 * connection 2 plus its page of nodes. The requested cost is taken first; what the answer did not use is given back.
 * Sources: https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits and, for "2 plus the objects returned",
 * https://shopify.engineering/rate-limiting-graphql-apis-calculating-query-complexity. The platform may count less.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { pageSize } from '#connectors/shopify/sandbox/paging.ts';
import { requestError } from '#connectors/shopify/sandbox/request-context.ts';
import { schema } from '#connectors/shopify/sandbox/schema.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';

export const singleQueryLimit = 1000;
const arrayLimit = 250;
const mutationCost = 10;

type Variables = Parameters<typeof getArgumentValues>[2];

export interface Costing {
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Variables;
}

/** The most that the operation can cost. Throws a request error for a missing or oversized page and for oversized arrays. */
export const requestedCost = (costing: Costing): number => operationCost(costing, undefined);

/** What the answer did cost. */
export const actualCost = (costing: Costing, data: unknown): number => operationCost(costing, { data });

/** Absent: count what is asked for. Present: count what was answered. */
type Answered = { data: unknown } | undefined;

function operationCost(costing: Costing, answered: Answered): number {
  const mutation = costing.operation.operation === 'mutation';
  const root = schema.getRootType(costing.operation.operation);
  if (!isObjectType(root)) throw requestError('Subscriptions are not supported', 'BAD_REQUEST');
  let cost = 0;
  for (const [key, field] of fieldsOf(costing.operation.selectionSet, root, costing)) {
    const value = answered === undefined ? undefined : { data: valueAt(answered.data, key) };
    if (!mutation) cost += fieldCost(field, root, costing, value);
    else cost += mutationCost + payloadCost(field, root, costing, value);
  }
  return cost;
}

function payloadCost(field: FieldNode, root: GraphQLCompositeType, costing: Costing, answered: Answered): number {
  checkArguments(field, root, costing);
  const type = fieldType(field, root);
  return type === undefined || !isCompositeType(getNamedType(type))
    ? 0
    : childrenCost(field.selectionSet, getNamedType(type), costing, answered);
}

function childrenCost(selection: SelectionSetNode | undefined, type: unknown, costing: Costing, answered: Answered): number {
  if (selection === undefined || !isCompositeType(type)) return 0;
  let common = 0;
  const byType = new Map<string, number>();
  for (const [key, field, owner] of fieldsOf(selection, type, costing)) {
    const cost = fieldCost(field, owner, costing, answered === undefined ? undefined : { data: valueAt(answered.data, key) });
    if (owner === type) common += cost;
    else byType.set(owner.name, (byType.get(owner.name) ?? 0) + cost);
  }
  return common + Math.max(0, ...byType.values());
}

function fieldCost(field: FieldNode, owner: GraphQLCompositeType, costing: Costing, answered: Answered): number {
  const type = fieldType(field, owner);
  if (type === undefined || isLeafType(getNamedType(type))) return 0;
  const named = getNamedType(type);
  if (named.name === 'PageInfo' || field.name.value === 'userErrors') return 0;
  const args = checkArguments(field, owner, costing);
  if (named.name.endsWith('Connection')) return 2 + nodesCost(field, named, costing, args, answered);
  if (answered === undefined) {
    const times = Array.isArray(args.ids) ? args.ids.length : 1;
    return times * (1 + childrenCost(field.selectionSet, named, costing, undefined));
  }
  if (answered.data === null || answered.data === undefined) return 0;
  if (!Array.isArray(answered.data)) return 1 + childrenCost(field.selectionSet, named, costing, answered);
  const members = answered.data.filter((member) => member !== null);
  const costs = members.map((member: unknown) => 1 + childrenCost(field.selectionSet, named, costing, { data: member }));
  // Lists without a page size count as one object, as they did when the cost was estimated.
  return Array.isArray(args.ids) ? costs.reduce((sum, cost) => sum + cost, 0) : Math.max(0, ...costs);
}

function nodesCost(
  field: FieldNode,
  connection: unknown,
  costing: Costing,
  args: Record<string, unknown>,
  answered: Answered,
): number {
  if (!isObjectType(connection)) return 0;
  const size = answered === undefined ? pageSize(args) : 0;
  let cost = 0;
  for (const [key, member] of fieldsOf(field.selectionSet, connection, costing)) {
    const name = member.name.value;
    if (name !== 'nodes' && name !== 'edges') continue;
    const memberType = getNamedType(fieldType(member, connection) ?? connection);
    if (answered !== undefined) {
      const rows = valueAt(answered.data, key);
      for (const row of Array.isArray(rows) ? rows : []) cost += rowCost(member, memberType, name, costing, { data: row });
    } else {
      cost += size * rowCost(member, memberType, name, costing, undefined);
    }
  }
  return cost;
}

/** One node. An edge is free, the node in it is not. */
function rowCost(member: FieldNode, type: unknown, name: 'nodes' | 'edges', costing: Costing, answered: Answered): number {
  const children = childrenCost(member.selectionSet, type, costing, answered);
  return name === 'nodes' ? 1 + children : children;
}

/** Every field of a selection, through fragments, once per response key, with the type that it was asked on. */
function* fieldsOf(
  selection: SelectionSetNode | undefined,
  type: GraphQLCompositeType,
  costing: Costing,
  seen = new Set<string>(),
): Generator<[key: string, field: FieldNode, owner: GraphQLCompositeType]> {
  for (const node of selection?.selections ?? []) {
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      if (seen.has(`${type.name}.${key}`) && node.selectionSet === undefined) continue;
      seen.add(`${type.name}.${key}`);
      yield [key, node, type];
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? costing.fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value;
    const inner = condition === undefined ? type : schema.getType(condition);
    yield* fieldsOf(fragment?.selectionSet, isCompositeType(inner) ? inner : type, costing, seen);
  }
}

function fieldType(field: FieldNode, owner: GraphQLCompositeType): GraphQLOutputType | undefined {
  return schema.getField(owner, field.name.value)?.type;
}

function checkArguments(field: FieldNode, owner: GraphQLCompositeType, costing: Costing): Record<string, unknown> {
  const definition = schema.getField(owner, field.name.value);
  if (definition === undefined) return {};
  const args = getArgumentValues(definition, field, costing.variables);
  for (const value of Object.values(args)) checkArrays(value);
  return args;
}

/** No input array is longer than 250 [https://shopify.dev/docs/api/usage/limits]. */
function checkArrays(value: unknown): void {
  if (Array.isArray(value) && value.length > arrayLimit) {
    throw requestError(
      `The input array size of ${value.length} is greater than the maximum allowed of ${arrayLimit}.`,
      'MAX_INPUT_SIZE_EXCEEDED',
    );
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) checkArrays(inner);
}

const valueAt = (data: unknown, key: string): unknown =>
  typeof data === 'object' && data !== null ? Reflect.get(data, key) : undefined;

/** The leaky bucket of one app in one shop, by the shop's clock. */
export class CostBucket {
  readonly capacity: number;
  readonly restorePerSecond: number;
  readonly #clock: ShopClock;
  #available: number;
  #filledAt: number;
  unlimited = false;

  constructor(clock: ShopClock, capacity: number, restorePerSecond: number) {
    this.capacity = capacity;
    this.restorePerSecond = restorePerSecond;
    this.#clock = clock;
    this.#available = capacity;
    this.#filledAt = clock.now();
  }

  /** Whole points that are there now. */
  available(): number {
    const now = this.#clock.now();
    const restored = (Math.max(0, now - this.#filledAt) / 1000) * this.restorePerSecond;
    this.#available = Math.min(this.capacity, this.#available + restored);
    this.#filledAt = now;
    return Math.floor(this.#available);
  }

  /** False, with nothing taken, when the bucket is short. */
  take(points: number): boolean {
    const available = this.available();
    if (this.unlimited) return true;
    if (points > available) return false;
    this.#available -= points;
    return true;
  }

  giveBack(points: number): void {
    if (!this.unlimited) this.#available = Math.min(this.capacity, this.#available + points);
  }

  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number } {
    return { maximumAvailable: this.capacity, currentlyAvailable: this.available(), restoreRate: this.restorePerSecond };
  }
}
