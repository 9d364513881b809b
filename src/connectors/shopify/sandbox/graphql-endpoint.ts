/**
 * POST /admin/api/{version}/graphql.json: token, document, cost, execution. Refusals have the shapes of
 * https://shopify.dev/docs/api/admin-graphql (status and error codes); HTTP is 200 for everything that GraphQL can say.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { actualCost, type CostBucket, type Costing, requestedCost, singleQueryLimit } from '#connectors/shopify/sandbox/cost.ts';
import type { RequestContext, ShopRooms } from '#connectors/shopify/sandbox/request-context.ts';
import { schema } from '#connectors/shopify/sandbox/schema.ts';
import type { Tokens } from '#connectors/shopify/sandbox/tokens.ts';

const rateLimits = 'https://shopify.dev/api/usage/rate-limits';
const supportedVersions = ['2026-07', '2026-10'];

/** An expired version is answered by the oldest supported one; one that never was is not found. */
export function servedVersion(asked: string): string | null {
  if (supportedVersions.includes(asked)) return asked;
  const oldest = supportedVersions[0] ?? '';
  return /^20\d\d-(01|04|07|10)$/.test(asked) && asked < oldest ? oldest : null;
}

export interface GraphqlCall {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | null;
}

/** The call in a request's body; null when there is none. */
export function readCall(contentType: string, body: string): GraphqlCall | null {
  if (contentType.startsWith('application/graphql')) return { query: body, variables: {}, operationName: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || !('query' in parsed) || typeof parsed.query !== 'string') return null;
  const variables =
    'variables' in parsed && typeof parsed.variables === 'object' && parsed.variables !== null ? parsed.variables : {};
  const operationName = 'operationName' in parsed && typeof parsed.operationName === 'string' ? parsed.operationName : null;
  return { query: parsed.query, variables: { ...variables }, operationName };
}

interface Prepared {
  document: DocumentNode;
  errors: readonly GraphQLError[];
}

/** Documents repeat: parsed and validated once each. */
const prepared = new Map<string, Prepared>();
const preparedLimit = 500;

function prepare(query: string): Prepared {
  const known = prepared.get(query);
  if (known !== undefined) return known;
  let made: Prepared;
  try {
    const document = parse(query, { maxTokens: 20_000 });
    made = { document, errors: validate(schema, document) };
  } catch (thrown) {
    if (!(thrown instanceof GraphQLError)) throw thrown;
    made = { document: { kind: Kind.DOCUMENT, definitions: [] }, errors: [thrown] };
  }
  if (prepared.size >= preparedLimit) prepared.clear();
  prepared.set(query, made);
  return made;
}

/** Names under which a fault may ask for this call: the operation's and those of its root fields. */
export function callNames(call: GraphqlCall): string[] {
  const operation = operationOf(prepare(call.query).document, call.operationName);
  const fields = operation?.selectionSet.selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : [])) ?? [];
  const name = operation?.name?.value;
  return name === undefined ? fields : [name, ...fields];
}

function operationOf(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (name === null) return operations.length === 1 ? (operations[0] ?? null) : null;
  return operations.find((operation) => operation.name?.value === name) ?? null;
}

export interface GraphqlAnswer {
  status: number;
  body: Record<string, unknown>;
  throttled: boolean;
}

export class GraphqlEndpoint {
  readonly #shop: ShopRooms;
  readonly #tokens: Tokens;
  readonly #bucket: CostBucket;

  constructor(shop: ShopRooms, tokens: Tokens, bucket: CostBucket) {
    this.#shop = shop;
    this.#tokens = tokens;
    this.#bucket = bucket;
  }

  /** Work of `onAnswered` is the caller's to run, once the answer has left. */
  async answer(call: GraphqlCall | null, token: string | null, onAnswered: (() => void)[]): Promise<GraphqlAnswer> {
    const access = this.#tokens.find(token);
    if (access === null)
      return plain(401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
    if (call === null) return plain(400, { errors: { query: 'Required parameter missing or invalid' } });
    const { document, errors } = prepare(call.query);
    if (errors.length > 0) return plain(200, { errors: errors.map(describe) });
    const operation = operationOf(document, call.operationName);
    if (operation === null) return plain(200, { errors: [{ message: 'An operation name is required' }] });
    const context: RequestContext = { shop: this.#shop, scopes: access.scopes, bulk: false, onAnswered };
    const fragments = new Map(
      document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
      ),
    );
    const variables = getVariableValues(schema, operation.variableDefinitions ?? [], call.variables);
    if (variables.errors !== undefined) {
      return plain(200, {
        errors: variables.errors.map((error) => ({
          ...error.toJSON(),
          extensions: { code: 'INVALID_VARIABLE', value: null, problems: [] },
        })),
      });
    }
    return this.#pay({ operation, fragments, variables: variables.variableValues }, () =>
      execute({ schema, document, operationName: call.operationName, variableValues: call.variables, contextValue: context }),
    );
  }

  /** Takes the requested cost, runs, and gives back what was not used. */
  async #pay(costing: Costing, run: () => ExecutionResult | Promise<ExecutionResult>): Promise<GraphqlAnswer> {
    let requested: number;
    try {
      requested = requestedCost(costing);
    } catch (thrown) {
      if (thrown instanceof GraphQLError) return plain(200, { errors: [describe(thrown)] });
      throw thrown;
    }
    if (requested > singleQueryLimit && !this.#bucket.unlimited) return plain(200, { errors: [tooDear(requested)] });
    if (!this.#bucket.take(requested)) return this.throttled(requested);
    const result = await run();
    // A throttled or broken mutation may have changed nothing, but what it did change is told now.
    this.#shop.state.commit();
    const actual = Math.min(requested, actualCost(costing, result.data));
    this.#bucket.giveBack(requested - actual);
    const cost = { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: this.#bucket.status() };
    const errors = result.errors === undefined ? {} : { errors: result.errors.map(describe) };
    return plain(200, { ...(result.data === undefined ? {} : { data: result.data }), ...errors, extensions: { cost } });
  }

  throttled(requested: number): GraphqlAnswer {
    const cost = { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: this.#bucket.status() };
    const error = { message: 'Throttled', extensions: { code: 'THROTTLED', documentation: rateLimits } };
    return { status: 200, body: { errors: [error], extensions: { cost } }, throttled: true };
  }
}

const plain = (status: number, body: Record<string, unknown>): GraphqlAnswer => ({ status, body, throttled: false });

/** An error as the platform writes it; our own bugs are told apart from refusals by their code. */
function describe(error: GraphQLError): unknown {
  const cause = error.originalError;
  if (cause != null && !(cause instanceof GraphQLError))
    return { ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  const unknownField = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  if (unknownField !== null) {
    const [, fieldName, typeName] = unknownField;
    return {
      ...error.toJSON(),
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: 'undefinedField', typeName, fieldName },
    };
  }
  return error.toJSON();
}

const tooDear = (cost: number) => ({
  message: `Query cost is ${cost}, which exceeds the single query max cost limit (${singleQueryLimit}).\n\nSee https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query is calculated.`,
  extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost: singleQueryLimit, documentation: rateLimits },
});
