/**
 * fulfillmentCreate, fulfillmentCancel, fulfillmentTrackingInfoUpdate and orderUpdate. None of them takes @idempotent: a
 * call that is repeated is a second call. Their refusals carry no code, a sentence only.
 * Sources: the Admin API schema; the sentences on quantity and status as quoted in public issue threads
 * (https://github.com/nozzlegear/ShopifySharp/issues/948), the others are this shop's own.
 */
import { refuseIdempotency } from '#connectors/shopify/sandbox/idempotency.ts';
import { idOf } from '#connectors/shopify/sandbox/ids.ts';
import {
  type Fulfillment,
  type FulfillmentOrder,
  fulfillmentOrderStatus,
  type ShopOrder,
  type Tracking,
} from '#connectors/shopify/sandbox/orders/order.ts';
import type { Picked } from '#connectors/shopify/sandbox/orders/order-book.ts';
import { shown } from '#connectors/shopify/sandbox/orders/visible-orders.ts';
import type { FieldResolver, RequestContext, UserError } from '#connectors/shopify/sandbox/request-context.ts';

interface TrackingInput {
  company?: string | null;
  number?: string | null;
  numbers?: string[] | null;
  url?: string | null;
  urls?: string[] | null;
}

interface PartInput {
  fulfillmentOrderId: string;
  fulfillmentOrderLineItems?: { id: string; quantity: number }[] | null;
}

interface CreateInput {
  lineItemsByFulfillmentOrder: PartInput[];
  trackingInfo?: TrackingInput | null;
}

/** "The maximum number of fulfillment order line items is 512." */
const lineLimit = 512;

const refused = (field: string[], message: string) => ({ fulfillment: null, userErrors: [{ field, message }] });

export const createFulfillment: FieldResolver = (_: unknown, args: { fulfillment: CreateInput }, context, info) => {
  refuseIdempotency(info);
  const { lineItemsByFulfillmentOrder, trackingInfo } = args.fulfillment;
  const plan = planShipment(lineItemsByFulfillmentOrder, context);
  if ('message' in plan) return { fulfillment: null, userErrors: [plan] };
  const tracking = trackingOf(trackingInfo ?? {});
  if (typeof tracking === 'string') return refused(['fulfillment', 'trackingInfo'], tracking);
  return { fulfillment: context.shop.orders.ship(plan.order, plan.picked, tracking, 'api'), userErrors: [] };
};

function planShipment(
  inputs: readonly PartInput[],
  context: RequestContext,
): UserError | { order: ShopOrder; picked: readonly Picked[] } {
  const field = ['fulfillment'];
  const picked = new Map<Picked['part'], number>();
  let first: FulfillmentOrder | undefined;
  for (const input of inputs) {
    const source = findWritable(input.fulfillmentOrderId, context);
    if (source === null) return { field, message: 'Fulfillment order does not exist.' };
    first ??= source;
    if (source.order !== first.order) return { field, message: 'All fulfillment orders must belong to the same order.' };
    if (source.location !== first.location)
      return { field, message: 'All fulfillment orders must be assigned to the same location.' };
    const status = fulfillmentOrderStatus(source);
    if (status !== 'OPEN' && status !== 'IN_PROGRESS')
      return { field, message: `Fulfillment order ${source.id} has an unfulfillable status= ${status.toLowerCase()}.` };
    // None given means everything that remains.
    const parts = input.fulfillmentOrderLineItems ?? [];
    const wanted =
      parts.length > 0
        ? parts.map(({ id, quantity }) => ({ part: partOf(source, id), quantity }))
        : source.lines.filter(({ remaining }) => remaining > 0).map((part) => ({ part, quantity: part.remaining }));
    for (const { part, quantity } of wanted) {
      if (part === undefined) return { field, message: 'Fulfillment order line item does not exist.' };
      const total = (picked.get(part) ?? 0) + quantity;
      if (quantity < 1 || total > part.remaining)
        return { field, message: 'Invalid fulfillment order line item quantity requested.' };
      picked.set(part, total);
    }
  }
  if (first === undefined) return { field, message: 'At least one fulfillment order is required.' };
  if (picked.size > lineLimit) return { field, message: `A fulfillment has at most ${lineLimit} line items.` };
  return { order: first.order, picked: [...picked].map(([part, quantity]) => ({ part, quantity })) };
}

const partOf = (source: FulfillmentOrder, id: string) =>
  source.lines.find((part) => part.id === idOf('FulfillmentOrderLineItem', id));

/** All of this shop's fulfilment orders are the seller's own: the scopes for others do not reach them. */
function findWritable(id: string, context: RequestContext): FulfillmentOrder | null {
  if (!context.scopes.has('write_merchant_managed_fulfillment_orders')) return null;
  return shown(context.shop.orders.fulfillmentOrders.get(idOf('FulfillmentOrder', id) ?? ''), context);
}

/** A sentence when it is no tracking. Numbers and addresses go together by their place in the lists. */
function trackingOf(input: TrackingInput): Tracking[] | string {
  if (input.number != null && input.numbers != null) return 'Give either number or numbers, not both.';
  if (input.url != null && input.urls != null) return 'Give either url or urls, not both.';
  const numbers = input.numbers ?? (input.number == null ? [] : [input.number]);
  const urls = input.urls ?? (input.url == null ? [] : [input.url]);
  const wrong = urls.find((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol));
  if (wrong !== undefined) return 'Tracking url is invalid.';
  const company = input.company ?? null;
  return Array.from({ length: Math.max(numbers.length, urls.length, company === null ? 0 : 1) }, (_, at) => ({
    company,
    number: numbers[at] ?? null,
    url: urls[at] ?? null,
  }));
}

/** An app may touch what it could have made. */
function findFulfillment(id: string, context: RequestContext): Fulfillment | null {
  if (!context.scopes.has('write_merchant_managed_fulfillment_orders')) return null;
  return shown(context.shop.orders.fulfillments.get(idOf('Fulfillment', id) ?? ''), context);
}

export const updateTracking: FieldResolver = (
  _: unknown,
  args: { fulfillmentId: string; trackingInfoInput: TrackingInput },
  context,
  info,
) => {
  refuseIdempotency(info);
  const found = findFulfillment(args.fulfillmentId, context);
  if (found === null) return refused(['fulfillmentId'], 'Fulfillment does not exist.');
  if (found.cancelled) return refused(['fulfillmentId'], 'Fulfillment has been cancelled.');
  const tracking = trackingOf(args.trackingInfoInput);
  if (typeof tracking === 'string') return refused(['trackingInfoInput'], tracking);
  context.shop.orders.track(found, tracking);
  return { fulfillment: found, userErrors: [] };
};

export const cancelFulfillment: FieldResolver = (_: unknown, args: { id: string }, context, info) => {
  refuseIdempotency(info);
  const found = findFulfillment(args.id, context);
  if (found === null) return refused(['id'], 'Fulfillment does not exist.');
  if (found.cancelled) return refused(['id'], 'Fulfillment has already been cancelled.');
  if (found.items.some(({ part }) => part.line.returned > 0))
    return refused(['id'], 'Fulfillment has returned items and cannot be cancelled.');
  context.shop.orders.unship(found);
  return { fulfillment: found, userErrors: [] };
};

interface OrderUpdate {
  id: string;
  note?: string | null;
  tags?: string[] | null;
}

/** The platform keeps 250 tags of 40 characters. */
const tagLimit = 250;
const tagLength = 40;

export const updateOrder: FieldResolver = (_: unknown, args: { input: OrderUpdate }, context, info) => {
  refuseIdempotency(info);
  const { id, note, tags } = args.input;
  const found = shown(context.shop.orders.orders.get(idOf('Order', id) ?? ''), context);
  if (found === null) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
  if (tags != null && (tags.length > tagLimit || tags.some((tag) => tag.length > tagLength)))
    return {
      order: null,
      userErrors: [{ field: ['tags'], message: `Tags are at most ${tagLimit}, of ${tagLength} characters` }],
    };
  context.shop.orders.note(found, {
    ...(note === undefined ? {} : { note }),
    ...(tags == null ? {} : { tags: [...new Set(tags.map((tag) => tag.trim()))].filter((tag) => tag !== '').sort() }),
  });
  return { order: found, userErrors: [] };
};
