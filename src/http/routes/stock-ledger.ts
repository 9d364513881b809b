/** How figures came about: the ledger of all stock and of a variant, and what claims its units at this moment. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { sendCsv } from '#http/send-csv.ts';
import { dayOrMoment, listOf } from '#http/shapes.ts';
import { documentKinds, transactionTypes } from '#inventory/inventory.ts';
import { hasVariant, listTransactions } from '#inventory/list-inventory.ts';
import { ledgerCauses, ledgerSorts } from '#inventory/list-ledger.ts';
import { exportStockHistory } from '#orders/export-stock-history.ts';
import { readStockClaims } from '#orders/read-stock-claims.ts';
import { describeLines, listStockHistory } from '#orders/stock-history.ts';

const tags = ['Inventory'];
const variantParams = z.object({ variantId: z.uuid() });

const transaction = z.object({
  id: z.uuid(),
  variantId: z.uuid(),
  locationId: z.uuid(),
  type: z.string(),
  delta: z.number(),
  reservedDelta: z.number(),
  documentKind: z.string().nullable(),
  documentId: z.string().nullable(),
  orderNumber: z.string().nullable().describe('Of the order that it was booked for'),
  storeName: z.string().nullable().describe('Of its order, or of the store from which the figure was taken'),
  document: z.enum(['posted', 'undone']).nullable().describe('Whether it belongs to a document that can be, or was, taken back'),
  note: z.string().nullable(),
  createdBy: z.string().nullable(),
  who: z.string().nullable(),
  createdAt: z.date(),
});
const namedTransaction = transaction.extend({
  productTitle: z.string(),
  variantTitle: z.string(),
  sku: z.string(),
});

const claims = z
  .object({
    reservations: z.array(
      z.object({
        orderId: z.uuid(),
        orderNumber: z.string(),
        storeId: z.uuid(),
        storeName: z.string(),
        status: z.string(),
        placedAt: z.date(),
        locationId: z.uuid(),
        units: z.number(),
      }),
    ),
    reservedUnits: z.number().describe('By all orders, those beyond the list included'),
    reservedOrders: z.number(),
    holds: z.array(
      z.object({
        id: z.uuid(),
        listingId: z.uuid(),
        storeId: z.uuid(),
        storeName: z.string(),
        units: z.number(),
        reason: z.enum(['unexplained_drop', 'locked_by_platform']),
        createdAt: z.date(),
        until: z.date(),
      }),
    ),
  })
  .meta({ id: 'StockClaims' });

async function assertVariant(tx: Transaction, variantId: string): Promise<void> {
  if (!(await hasVariant(tx, variantId)))
    throw new AppError('not_found', 'There is no such variant. It may have been removed; reload the page.');
}

const filter = z.object({
  q: searchText.describe(
    "Words of a product's title, a whole SKU or barcode, the beginning of an order's number, or words of the note",
  ),
  type: listOf(z.enum(transactionTypes), transactionTypes.length),
  documentKind: z.enum(documentKinds).optional(),
  locationId: z.uuid().optional(),
  storeId: z.uuid().optional().describe('The store of its order, or from which the figure was taken'),
  by: z.enum(ledgerCauses).optional().describe('`person`: somebody here, or an API key, with whichever document'),
  from: dayOrMoment.optional().describe("First day on which it was booked, in the organization's time zone"),
  to: dayOrMoment.optional().describe('Last day'),
});
const sort = z.enum(ledgerSorts).default('-createdAt');

export function stockLedgerRoutes(app: Api, deps: RouteDeps): void {
  ledgerOfAll(app, deps);
  ledgerOfOne(app, deps);
}

function ledgerOfAll(app: Api, { hub, auth }: RouteDeps): void {
  app.get(
    '/api/inventory/transactions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The ledger of all stock, newest first',
        description:
          'A page may have fewer lines than asked for, even none, and still a nextCursor: a filter that few lines fit is answered stretch by stretch.',
        querystring: pageQuery.extend({ ...filter.shape, sort }),
        response: { 200: pageOf(namedTransaction) },
      },
    },
    async (request) => {
      const { query } = request;
      const { organizationId } = actorOf(request);
      const page = await listStockHistory(hub, auth, organizationId, query, readPage(query, query.sort), query.sort);
      return answerPage(page, query.sort);
    },
  );

  app.get(
    '/api/inventory/transactions/export.csv',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The ledger as a CSV',
        querystring: filter.extend({ sort }),
        response: { 200: { description: 'A CSV file', content: { 'text/csv': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { sort: order, ...wanted } = request.query;
      const file = exportStockHistory(hub, auth, actorOf(request).organizationId, wanted, order);
      return sendCsv(hub, reply, 'stock-history.csv', file);
    },
  );
}

function ledgerOfOne(app: Api, { hub, auth }: RouteDeps): void {
  app.get(
    '/api/inventory/:variantId/transactions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The ledger of a variant, newest first',
        params: variantParams,
        querystring: pageQuery,
        response: { 200: pageOf(transaction) },
      },
    },
    async (request) => {
      const { variantId } = request.params;
      const page = await describeLines(hub, auth, actorOf(request).organizationId, async (tx) => {
        await assertVariant(tx, variantId);
        return await listTransactions(tx, variantId, readPage(request.query, '-createdAt'));
      });
      return answerPage(page, '-createdAt');
    },
  );

  app.get(
    '/api/inventory/:variantId/claims',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: "Why a variant's units are not all free: orders that reserve them, and what is kept back",
        params: variantParams,
        response: { 200: claims },
      },
    },
    async (request) =>
      hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        await assertVariant(tx, request.params.variantId);
        return await readStockClaims(tx, request.params.variantId, hub.clock.now());
      }),
  );
}
