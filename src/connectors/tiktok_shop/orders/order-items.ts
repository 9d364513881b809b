/** The items of an order: what its lines hold, put together by item. */
import { currencyExponent, exact } from '#base/money.ts';
import { amountIn } from '#connectors/figures.ts';
import type { OrderEffect, RemoteOrderItem } from '#connectors/order.ts';
import { effectOfLine, type Reversal } from '#connectors/tiktok_shop/orders/line-effect.ts';
import { type Goods, goodsOf } from '#connectors/tiktok_shop/orders/line-goods.ts';
import type { Line, Order } from '#connectors/tiktok_shop/orders/order-schema.ts';

type Amount = InstanceType<typeof exact>;

/** What one line has of an item. */
interface Part extends Goods {
  line: Line;
  effect: OrderEffect;
  /** For one unit, before discounts. */
  unitPrice: Amount;
  /** For all its units. */
  paid: Amount;
}

export function toItems(order: Order, said: ReadonlyMap<string, Reversal>): RemoteOrderItem[] {
  const parts = order.line_items.flatMap((line) => partsOf(line, order, said.get(line.id) ?? untouched));
  return [...Map.groupBy(parts, ({ itemId }) => itemId)].map(([id, all]) => toItem(id, all, order));
}

const untouched: Reversal = { cancelled: null, cameBack: false };

function partsOf(line: Line, order: Order, reversal: Reversal): Part[] {
  const effect = effectOfLine(line, order, reversal);
  const goods = goodsOf(line);
  const units = goods.map((one) => one.units);
  const digits = currencyExponent(order.payment?.currency || line.currency);
  const listed = sharesOf(amountOf(line.original_price || line.sale_price), units, digits);
  const paid = sharesOf(amountOf(line.sale_price || line.original_price), units, digits);
  return goods.map((one, at) => ({
    ...one,
    line,
    effect: timesUnits(effect, one.units),
    unitPrice: perUnit(exact.max(listed[at] ?? 0, paid[at] ?? 0), one.units, digits),
    paid: paid[at] ?? new exact(0),
  }));
}

/**
 * The platform tells what a bundle costs, not what each of its goods does: shares by units, which sum up to it. What is one
 * good keeps its amount as it is written.
 */
function sharesOf(amount: Amount, units: readonly number[], digits: number): Amount[] {
  const all = units.reduce((sum, each) => sum + each, 0);
  let given = new exact(0);
  let counted = 0;
  return units.map((each) => {
    counted += each;
    const until = counted === all ? amount : amount.times(counted).div(all).toDecimalPlaces(digits);
    const share = until.minus(given);
    given = until;
    return share;
  });
}

/** Rounded up: what the units cost less in all is the discount. */
const perUnit = (amount: Amount, units: number, digits: number): Amount =>
  units === 1 ? amount : amount.div(units).toDecimalPlaces(digits, exact.ROUND_UP);

function toItem(id: string, parts: readonly Part[], order: Order): RemoteOrderItem {
  const [first] = parts;
  const quantity = parts.reduce((sum, { units }) => sum + units, 0);
  const unitPrice = exact.max(0, ...parts.map((part) => part.unitPrice));
  const paid = parts.reduce((sum, part) => sum.plus(part.paid), new exact(0));
  return {
    id,
    productId: first?.productId || null,
    variantId: first?.skuId || null,
    sku: first?.sku ?? '',
    // Of a bundle's goods the platform tells no names: theirs is the bundle's.
    title: first?.line.product_name ?? '',
    variantTitle: first?.line.sku_name ?? '',
    quantity,
    unitPrice: unitPrice.toFixed(),
    // A gift, or a unit on sale, costs less than its like: what all of them cost is quantity * unitPrice - discount.
    discount: exact.max(0, unitPrice.times(quantity).minus(paid)).toFixed(),
    effect: parts.map(({ effect }) => effect).reduce(plus),
    locationId: order.warehouse_id || null,
    // FULFILLMENT_BY_TIKTOK, FULFILLMENT_BY_DILAYANI_TOKOPEDIA: "only orders with fulfillment type [by seller] can be shipped by sellers".
    fulfilledBy: isOfPlatform(order) ? 'platform' : 'seller',
  };
}

const platformFulfilments: ReadonlySet<string> = new Set(['FULFILLMENT_BY_TIKTOK', 'FULFILLMENT_BY_DILAYANI_TOKOPEDIA']);

export const isOfPlatform = (order: Pick<Order, 'fulfillment_type'>): boolean => platformFulfilments.has(order.fulfillment_type);

const plus = (one: OrderEffect, other: OrderEffect): OrderEffect => ({
  reserved: one.reserved + other.reserved,
  shipped: one.shipped + other.shipped,
  restocked: one.restocked + other.restocked,
});

const timesUnits = ({ reserved, shipped, restocked }: OrderEffect, units: number): OrderEffect => ({
  reserved: reserved * units,
  shipped: shipped * units,
  restocked: restocked * units,
});

/** 0 for an amount that is absent, or none. */
const amountOf = (text: string): Amount => new exact(amountIn(text) ?? 0);
