/** Orders of every store: found, looked at, annotated, and reported as shipped. */
import { z } from 'zod';
import type { Transaction } from '#db/transaction.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import {
  carrier,
  financialStatus,
  orderDetail,
  orderShape,
  orderStatus,
  shipmentShape,
  showDetail,
  showOrder,
} from '#http/order-shape.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { sendCsv } from '#http/send-csv.ts';
import { dayOrMoment, flag, idParams, listOf } from '#http/shapes.ts';
import { listCarriers } from '#http/verbs/list-carriers.ts';
import { annotateOrder } from '#orders/annotate-order.ts';
import { countOrders } from '#orders/count-orders.ts';
import { exportOrders } from '#orders/export-orders.ts';
import { attentions, countListed, listOrders, type OrderView, orderSorts } from '#orders/list-orders.ts';
import { listTags } from '#orders/list-tags.ts';
import { readOrder } from '#orders/read-order.ts';
import { readTimeline } from '#orders/read-timeline.ts';
import { refreshOrder } from '#orders/refresh-order.ts';
import { cancelShipment, requestShipment } from '#orders/request-shipment.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { nameCallers } from '#organizations/name-callers.ts';
import { readOrganizationSettings } from '#organizations/read-organization-settings.ts';
import { roleReaches } from '#organizations/roles.ts';
import type { Hub } from '#stores/hub.ts';

/** As many as an address has room for. */
const idsAtMost = 300;

const orderFilter = z.object({
  q: searchText.describe("The beginning of a number, words of an item's title or SKU, or the buyer's e-mail, phone or name"),
  status: listOf(orderStatus, 20),
  ids: listOf(z.uuid(), idsAtMost),
  storeId: z.uuid().optional(),
  financialStatus: financialStatus.optional(),
  attention: z.enum(attentions).optional(),
  tag: z.string().trim().min(1).max(60).optional(),
  from: dayOrMoment.optional().describe("First day on which it was placed, in the organization's time zone"),
  to: dayOrMoment.optional().describe('Last day'),
});

const sort = z
  .enum(orderSorts)
  .default('-placedAt')
  .describe('`-total`: currency after currency by their codes, in each the largest first; amounts of two are not compared');
const listQuery = pageQuery.extend(orderFilter.shape).extend({ sort, total: flag.optional() });

const tagName = z.string().trim().min(1, 'A tag has at least one character').max(60);
const patchInput = z.strictObject({
  note: z.string().max(5000).optional(),
  tags: z.array(tagName).max(50).optional().describe('All of them: what is left out is taken away'),
  oversoldSettled: z.literal(true).optional(),
});

const shipmentInput = z.strictObject({
  items: z
    .array(z.strictObject({ itemId: z.uuid(), quantity: z.number().int().min(1).max(1_000_000) }))
    .min(1, 'Choose at least one item')
    .max(10_000),
  carrier: z.string().trim().max(200),
  trackingNumber: z.string().trim().max(200).describe('Empty where there is none'),
  trackingUrl: z
    .url({ protocol: /^https?$/, error: 'An address begins with https://' })
    .max(2000)
    .optional(),
  notifyBuyer: z.boolean().default(false),
});

const timelineLine = z.object({
  at: z.date(),
  code: z.string(),
  sentence: z.string(),
  who: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()),
});

const orderCounts = z.object({
  toShip: z.number(),
  unpaid: z.number(),
  attention: z.number().describe('Orders that need somebody, for one of the following reasons or several'),
  oversold: z.number(),
  unlinked: z.number(),
  refused: z.number().describe('The platform refused the shipment that was reported last'),
  unexplained: z
    .number()
    .describe(
      'Listings that have shown too few for a while, and no order says why: the units are kept back; not those that wait for a decision as drift',
    ),
  today: z.number(),
});

const shipmentParams = idParams.extend({ shipmentId: z.uuid() });
const tags = ['Orders'];

export function orderRoutes(app: Api, deps: RouteDeps): void {
  listing(app, deps);
  summing(app, deps);
  exporting(app, deps);
  reading(app, deps);
  changing(app, deps);
  shipping(app, deps);
}

function listing(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/orders',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Orders of every store',
        querystring: listQuery,
        response: { 200: pageOf(orderShape).extend({ total: z.number().int().optional() }) },
      },
    },
    async (request) => {
      const { query } = request;
      const actor = actorOf(request);
      return await hub.db.inOrganization(actor.organizationId, async (tx) => {
        const view = await viewOf(tx, actor);
        const page = await listOrders(hub, tx, query, readPage(query, query.sort), query.sort, view);
        const total = query.total === true ? await countListed(hub, tx, query, view) : undefined;
        const answer = answerPage(page, query.sort);
        return {
          items: answer.items.map((order) => showOrder(hub, order)),
          nextCursor: answer.nextCursor,
          ...(total === undefined ? {} : { total }),
        };
      });
    },
  );
}

function summing(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/orders/counts',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Orders that wait for a person',
        response: { 200: orderCounts },
      },
    },
    async (request) =>
      hub.db.inOrganization(actorOf(request).organizationId, async (tx) =>
        countOrders(tx, (await readOrganizationSettings(tx)).timezone, hub.clock.now()),
      ),
  );

  app.get(
    '/api/orders/tags',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: "The seller's own tags that orders have, the most frequent first",
        response: { 200: z.array(z.object({ tag: z.string(), orders: z.number().int() })) },
      },
    },
    async (request) => hub.db.inOrganization(actorOf(request).organizationId, listTags),
  );
}

function exporting(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/orders/export.csv',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Orders as a CSV, a line for every item',
        description: 'Columns of who bought are there for members and above.',
        querystring: orderFilter.extend({ sort }),
        response: { 200: { description: 'A CSV file', content: { 'text/csv': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { sort: order, ...filter } = request.query;
      const view = await hub.db.inOrganization(actor.organizationId, async (tx) => {
        const found = await viewOf(tx, actor);
        // Customers leave the house with it: who took them out is kept.
        if (found.customers) await audit(tx, actor, 'orders.exported', 'order', null, {}, hub.clock.now());
        return found;
      });
      return sendCsv(hub, reply, 'orders.csv', exportOrders(hub, actor.organizationId, filter, order, view));
    },
  );
}

function reading(app: Api, { hub, auth }: RouteDeps): void {
  app.get(
    '/api/orders/:id',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'An order with all that is known of it', params: idParams, response: { 200: orderDetail } },
    },
    async (request) => showOne(hub, actorOf(request), request.params.id),
  );

  app.get(
    '/api/orders/:id/timeline',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What happened to an order, oldest first',
        params: idParams,
        response: { 200: z.object({ items: z.array(timelineLine), nextCursor: z.null() }) },
      },
    },
    async (request) => {
      const { organizationId } = actorOf(request);
      const lines = await hub.db.inOrganization(organizationId, (tx) => readTimeline(tx, request.params.id));
      const names = await nameCallers(
        auth,
        organizationId,
        lines.flatMap(({ userId }) => userId ?? []),
      );
      const items = lines.map(({ userId, ...line }) => ({ ...line, who: userId === null ? null : (names.get(userId) ?? null) }));
      return { items, nextCursor: null };
    },
  );

  app.get(
    '/api/orders/:id/carriers',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: "The platform's own carriers for this order",
        description: 'Asks the platform. Empty where any text will do.',
        params: idParams,
        response: { 200: z.array(carrier) },
      },
    },
    async (request) => listCarriers(hub, actorOf(request), request.params.id),
  );
}

function changing(app: Api, { hub }: RouteDeps): void {
  app.patch(
    '/api/orders/:id',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "The seller's own note and tags; settle what was oversold",
        params: idParams,
        body: patchInput,
        response: { 200: orderDetail },
      },
    },
    async (request) => {
      await annotateOrder(hub, actorOf(request), request.params.id, request.body);
      return await showOne(hub, actorOf(request), request.params.id);
    },
  );

  app.post(
    '/api/orders/:id/refresh',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Read it again from the platform', params: idParams, response: { 202: orderDetail } },
    },
    async (request, reply) => {
      await refreshOrder(hub, actorOf(request), request.params.id);
      return reply.code(202).send(await showOne(hub, actorOf(request), request.params.id));
    },
  );
}

function shipping(app: Api, { hub }: RouteDeps): void {
  app.post(
    '/api/orders/:id/shipments',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Report a shipment to the platform',
        description:
          "It is sent by the store's next turn, once. Send an Idempotency-Key to be sure that a repeated request reports one.",
        params: idParams,
        body: shipmentInput,
        response: { 202: shipmentShape },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      return reply.code(202).send(await requestShipment(hub, actor, request.params.id, request.body));
    },
  );

  app.post(
    '/api/orders/:id/shipments/:shipmentId/cancel',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Call a shipment off while it is unsent',
        params: shipmentParams,
        response: { 200: shipmentShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id, shipmentId } = request.params;
      return await cancelShipment(hub, actor, id, shipmentId);
    },
  );
}

async function viewOf(tx: Transaction, actor: Actor): Promise<OrderView> {
  const { timezone } = await readOrganizationSettings(tx);
  return { timezone, customers: roleReaches(actor.role, 'member') };
}

async function showOne(hub: Hub, actor: Actor, orderId: string): Promise<z.output<typeof orderDetail>> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) =>
    showDetail(hub, await readOrder(hub, tx, orderId, await viewOf(tx, actor))),
  );
}
