/**
 * Orders in hub terms. Pure. All amounts are the shop's own money (`shopMoney`, in the order's `currencyCode`): it is what the
 * shop's prices, and its reports, are in, and every amount of an order has it, whatever currency the buyer saw.
 */
import { canonicalAmount, exact, sameAmount } from '#base/money.ts';
import type { Session } from '#connectors/connector.ts';
import { amountIn } from '#connectors/figures.ts';
import type { OrderAddress, RemoteOrder, RemoteOrderItem, RemoteShipment } from '#connectors/order.ts';
import { effectOfLine, type Moved, notMoved, type Refunded, type Returned } from '#connectors/shopify/orders/line-effect.ts';
import { nativeStatusOf } from '#connectors/shopify/orders/native-status.ts';
import type { WholeReturn } from '#connectors/shopify/orders/order-returns.ts';
import type { Line, OrderNode, RestockType } from '#connectors/shopify/orders/order-schema.ts';
import type { WholeOrder, WholeShipment } from '#connectors/shopify/orders/whole-order.ts';

/** The shop whose admin shows the order; null for a practice store, which has none. */
export const shopOfSession = ({ credentials, baseUrl }: Session): string | null =>
  baseUrl === null ? (credentials.secrets.shop ?? null) : null;

export function toOrder(order: WholeOrder, shop: string | null): RemoteOrder {
  const standing = order.shipments.filter(stands);
  const moved = movedByLine(order, standing);
  const money = moneyOf(order.currencyCode);
  return {
    id: order.id,
    number: order.name,
    nativeStatus: nativeStatusOf({ ...order, shipments: standing }),
    financialStatus: financialStatusOf(order.displayFinancialStatus),
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    cancelledAt: order.cancelledAt ?? null,
    cancelReason: order.cancelReason ?? null,
    currency: order.currencyCode,
    totals: {
      subtotal: money(order.subtotalPriceSet),
      discount: money(order.totalDiscountsSet),
      shipping: money(order.totalShippingPriceSet),
      tax: money(order.totalTaxSet),
      total: money(order.totalPriceSet),
      refunded: money(order.totalRefundedSet),
    },
    buyer: {
      name: order.shippingAddress?.name || (order.billingAddress?.name ?? ''),
      email: order.email,
      phone: order.phone || order.shippingAddress?.phone || (order.billingAddress?.phone ?? ''),
    },
    shippingAddress: order.shippingAddress ? toAddress(order.shippingAddress) : null,
    note: order.note,
    tags: order.tags,
    url: shop === null ? null : `https://${shop}/admin/orders/${order.id.split('/').at(-1)}`,
    items: order.lines.map((line) => toItem(line, order, moved.get(line.id) ?? notMoved, money)),
    shipments: order.shipments.map(toShipment),
    raw: { ...order, shares: Object.fromEntries(order.shares) },
  };
}

const financialStatuses: Readonly<Record<string, RemoteOrder['financialStatus']>> = {
  PENDING: 'pending',
  AUTHORIZED: 'authorized',
  PARTIALLY_PAID: 'partially_paid',
  PAID: 'paid',
  PARTIALLY_REFUNDED: 'partially_refunded',
  REFUNDED: 'refunded',
  VOIDED: 'voided',
  // The authorization ended before anything was taken.
  EXPIRED: 'voided',
};

const financialStatusOf = (native: string | null | undefined): RemoteOrder['financialStatus'] =>
  financialStatuses[native ?? ''] ?? 'pending';

// ---- items -------------------------------------------------------------------------------------------------------

/** ERROR and FAILURE are requests to a fulfillment service that came to nothing. */
const fallen: ReadonlySet<string> = new Set(['CANCELLED', 'ERROR', 'FAILURE']);
export const stands = ({ status }: Pick<WholeShipment, 'status'>): boolean => !fallen.has(status);

function movedByLine(order: WholeOrder, standing: readonly WholeShipment[]): Map<string, Moved> {
  const moved = new Map<string, Moved>();
  const change = (lineId: string, to: (before: Moved) => Partial<Moved>): void => {
    const before = moved.get(lineId) ?? notMoved;
    moved.set(lineId, { ...before, ...to(before) });
  };
  for (const { lineItem, quantity } of standing.flatMap(({ lines }) => lines))
    change(lineItem.id, ({ fulfilled }) => ({ fulfilled: fulfilled + (quantity ?? 0) }));
  const returned = order.returns.map((one) => ({ refundIds: new Set(one.refundIds), lines: returnedByLine(one) }));
  for (const { id, lines } of order.refunds) {
    const origin = returned.find(({ refundIds }) => refundIds.has(id));
    for (const { lineItem, quantity, restockType } of lines) {
      // CANCEL is of units that had not been fulfilled, whatever else the refund pays back.
      const ofReturn = restockType === 'CANCEL' ? undefined : origin?.lines.get(lineItem.id);
      if (ofReturn !== undefined) ofReturn.refunded = added(ofReturn.refunded, restockType, quantity);
      else change(lineItem.id, ({ refunded }) => ({ refunded: added(refunded, restockType, quantity) }));
    }
  }
  for (const [lineId, units] of returned.flatMap(({ lines }) => [...lines]))
    change(lineId, ({ returns }) => ({ returns: [...returns, units] }));
  return moved;
}

const added = (refunded: Refunded, restockType: RestockType, quantity: number | null | undefined): Refunded => ({
  ...refunded,
  [restockType]: refunded[restockType] + (quantity ?? 0),
});

/** Whether a return, or one of its reverse orders, came to nothing (or has not begun): its units were not sent back. */
const idleReturns: ReadonlySet<string> = new Set(['CANCELED', 'DECLINED', 'REQUESTED']);

/** What was sent back of each line. What is disposed of without saying of which line cannot be counted anywhere. */
function returnedByLine({ status, reverseOrders }: WholeReturn): Map<string, Returned> {
  const byLine = new Map<string, Returned>();
  for (const reverse of reverseOrders) {
    const idle = idleReturns.has(status) || reverse.status === 'CANCELED';
    for (const { fulfillmentLineItem, totalQuantity, dispositions } of reverse.lines) {
      const lineId = fulfillmentLineItem?.lineItem.id;
      if (lineId === undefined) continue;
      const disposed = dispositions.reduce((sum, { quantity }) => sum + quantity, 0);
      const restocked = dispositions.reduce((sum, { type, quantity }) => sum + (type === 'RESTOCKED' ? quantity : 0), 0);
      const before = byLine.get(lineId) ?? { units: 0, disposed: 0, restocked: 0, refunded: notMoved.refunded };
      const units = before.units + (idle ? 0 : totalQuantity);
      const sums = { disposed: before.disposed + disposed, restocked: before.restocked + restocked };
      byLine.set(lineId, { ...before, units, ...sums });
    }
  }
  return byLine;
}

function toItem(line: Line, order: WholeOrder, moved: Moved, money: ReturnType<typeof moneyOf>): RemoteOrderItem {
  const shares = order.shares.get(line.id) ?? [];
  const discounts = line.discountAllocations.map(({ allocatedAmountSet }) => money(allocatedAmountSet));
  // A tip or a custom line has no variant, nor has one whose variant was deleted. A gift card has one, but no stock.
  const isListing = line.variant != null && line.product != null && !line.isGiftCard;
  return {
    id: line.id,
    productId: isListing ? (line.product?.id ?? null) : null,
    variantId: isListing ? (line.variant?.id ?? null) : null,
    sku: line.sku,
    title: line.title,
    variantTitle: line.variantTitle,
    quantity: line.quantity,
    unitPrice: money(line.originalUnitPriceSet),
    discount: written(discounts.reduce((sum, one) => sum.plus(one), new exact(0)).toFixed(), order.currencyCode),
    effect: effectOfLine(line, moved, Boolean(order.cancelledAt)),
    locationId: shares[0]?.locationId ?? null,
    ...(shares.length > 1 ? { shares } : {}),
    fulfilledBy: 'seller',
  };
}

function toShipment(shipment: WholeShipment): RemoteShipment {
  const [tracking] = shipment.trackingInfo;
  const quantities = new Map<string, number>();
  for (const { lineItem, quantity } of shipment.lines)
    quantities.set(lineItem.id, (quantities.get(lineItem.id) ?? 0) + (quantity ?? 0));
  return {
    id: shipment.id,
    createdAt: shipment.createdAt,
    carrier: tracking?.company ?? '',
    trackingNumber: tracking?.number ?? '',
    trackingUrl: tracking?.url ?? null,
    cancelled: !stands(shipment),
    items: [...quantities].map(([itemId, quantity]) => ({ itemId, quantity })),
  };
}

// ---- money and places --------------------------------------------------------------------------------------------

/** Amounts come as "12.0" and "1200.0"; '0' for one that is absent, or none. */
const moneyOf =
  (currency: string) =>
  (bag: { shopMoney: { amount: string } } | null | undefined): string =>
    written(amountIn(bag?.shopMoney.amount ?? '') ?? '0', currency);

/** With the digits of its currency, unless it has more: a unit's price may. */
function written(amount: string, currency: string): string {
  const canonical = canonicalAmount(amount, currency);
  return sameAmount(canonical, amount) ? canonical : amount;
}

function toAddress(address: NonNullable<OrderNode['shippingAddress']>): OrderAddress {
  return {
    name: address.name,
    company: address.company,
    line1: address.address1,
    line2: address.address2,
    city: address.city,
    region: address.provinceCode,
    postalCode: address.zip,
    countryCode: /^[A-Z]{2}$/.test(address.countryCodeV2) ? address.countryCodeV2 : '',
    phone: address.phone,
  };
}
