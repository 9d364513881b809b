/** How a variant's figures came about: its ledger, and what claims its units at this moment. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage } from '#http/paging.ts';
import { hasVariant, listTransactions, undoneDocuments } from '#inventory/list-inventory.ts';
import { nameOrders, readStockClaims } from '#orders/read-stock-claims.ts';
import { nameCallers } from '#organizations/name-callers.ts';

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
  document: z.enum(['posted', 'undone']).nullable().describe('Whether it belongs to a document that can be, or was, taken back'),
  note: z.string().nullable(),
  createdBy: z.string().nullable(),
  who: z.string().nullable(),
  createdAt: z.date(),
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

const undoable = new Set(['receipt', 'transfer', 'stocktake']);

export function stockLedgerRoutes(app: Api, { hub, auth }: RouteDeps): void {
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
      const { organizationId } = actorOf(request);
      const { variantId } = request.params;
      const { page, orders, undone } = await hub.db.inOrganization(organizationId, async (tx) => {
        await assertVariant(tx, variantId);
        const read = await listTransactions(tx, variantId, readPage(request.query, '-createdAt'));
        const idsOf = (isMeant: (kind: string) => boolean) =>
          read.items.flatMap(({ documentKind, documentId }) => (isMeant(documentKind ?? '') ? (documentId ?? []) : []));
        return {
          page: read,
          orders: await nameOrders(
            tx,
            idsOf((kind) => kind === 'order'),
          ),
          undone: await undoneDocuments(
            tx,
            variantId,
            idsOf((kind) => undoable.has(kind)),
          ),
        };
      });
      const names = await nameCallers(
        auth,
        organizationId,
        page.items.flatMap(({ createdBy }) => createdBy ?? []),
      );
      const items = page.items.map((line) => ({
        ...line,
        orderNumber: line.documentKind === 'order' ? (orders.get(line.documentId ?? '') ?? null) : null,
        document: !undoable.has(line.documentKind ?? '')
          ? null
          : undone.has(line.documentId ?? '')
            ? ('undone' as const)
            : ('posted' as const),
        who: line.createdBy === null ? null : (names.get(line.createdBy) ?? null),
      }));
      return answerPage({ ...page, items }, '-createdAt');
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
