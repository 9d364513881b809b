/** bulkOperation and the mutations that start and cancel one. */
import { type BulkOperation, bulkGid, concurrentLimit } from '#connectors/shopify/sandbox/bulk.ts';
import { prepareBulkQuery } from '#connectors/shopify/sandbox/bulk-query.ts';
import { refuseIdempotency } from '#connectors/shopify/sandbox/idempotency.ts';
import { type PageArguments, pageOf } from '#connectors/shopify/sandbox/paging.ts';
import {
  type FieldResolver,
  type RequestContext,
  type Resolvers,
  requestError,
} from '#connectors/shopify/sandbox/request-context.ts';

const run: FieldResolver = (_: unknown, args: { query: string; groupObjects: boolean }, context, info) => {
  refuseIdempotency(info);
  const refused = (code: string, message: string) => ({ bulkOperation: null, userErrors: [{ field: ['query'], code, message }] });
  const prepared = prepareBulkQuery(info.schema, args.query);
  if ('problem' in prepared) return refused('INVALID', prepared.problem);
  if (context.shop.bulk.underWay() >= concurrentLimit) {
    return refused(
      'LIMIT_REACHED',
      `At most ${concurrentLimit} bulk query operations for this app and shop run at the same time.`,
    );
  }
  return {
    bulkOperation: context.shop.bulk.start(
      { schema: info.schema, text: args.query, query: prepared, grouped: args.groupObjects },
      context,
    ),
    userErrors: [],
  };
};

const cancel: FieldResolver = (_: unknown, args: { id: string }, { shop }, info) => {
  refuseIdempotency(info);
  const operation = shop.bulk.find(args.id);
  if (operation === null)
    return { bulkOperation: null, userErrors: [{ field: ['id'], message: 'Bulk operation does not exist' }] };
  const cancelled = shop.bulk.cancel(operation);
  const message = `A bulk operation cannot be canceled when it is ${operation.status.toLowerCase()}`;
  return { bulkOperation: operation, userErrors: cancelled ? [] : [{ field: null, message }] };
};

const list = (_: unknown, args: PageArguments & { query?: string | null; sortKey: string }, { shop, bulk }: RequestContext) => {
  if (args.query != null && args.query !== '')
    throw requestError('This practice shop does not filter bulk operations', 'BAD_REQUEST');
  const momentOf = (operation: BulkOperation): number =>
    args.sortKey === 'COMPLETED_AT' ? (operation.completedAt ?? 0) : operation.createdAt;
  const rows = shop.bulk.all().sort((a, b) => momentOf(a) - momentOf(b));
  return pageOf(rows, { name: args.sortKey, valueOf: momentOf }, args, bulk);
};

export const bulkResolvers: Resolvers = {
  QueryRoot: {
    bulkOperation: (_: unknown, args: { id: string }, { shop }: RequestContext) => shop.bulk.find(args.id),
    bulkOperations: list,
    currentBulkOperation: (_: unknown, args: { type: string }, { shop }: RequestContext) =>
      args.type === 'QUERY' ? (shop.bulk.all().at(-1) ?? null) : null,
  },
  Mutation: { bulkOperationRunQuery: run, bulkOperationCancel: cancel },
  BulkOperation: {
    id: bulkGid,
    fileSize: (operation: BulkOperation) =>
      operation.completedAt === null || operation.fileSize === 0 ? null : String(operation.fileSize),
    objectCount: (operation: BulkOperation) => String(operation.objectCount),
    rootObjectCount: (operation: BulkOperation) => String(operation.rootObjectCount),
    partialDataUrl: (operation: BulkOperation, _: unknown, { shop }: RequestContext) => shop.bulk.partialUrl(operation),
    type: () => 'QUERY',
    url: (operation: BulkOperation, _: unknown, { shop }: RequestContext) => shop.bulk.url(operation),
  },
};
