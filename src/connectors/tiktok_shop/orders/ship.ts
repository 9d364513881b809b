/**
 * Reporting a shipment. A seller with a carrier of his own tells TikTok Shop the carrier and the number of a parcel: of lines
 * that he names in some markets, of a package that the platform has made in the others. Where the platform chooses the
 * carrier, there is nothing to tell.
 *
 * No call is idempotent, so the order is read first: a parcel with this number and these goods is the one that a lost call
 * has made.
 */
import type { Session } from '#connectors/connector.ts';
import { type PlatformAnswer, type Refusal, Refused } from '#connectors/errors.ts';
import type { ShipmentResult, ShipmentWrite } from '#connectors/order.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { stageOf } from '#connectors/tiktok_shop/orders/line-effect.ts';
import { goodsOf, isBundle, linesWith, unitsIn } from '#connectors/tiktok_shop/orders/line-goods.ts';
import { isOfPlatform } from '#connectors/tiktok_shop/orders/order-items.ts';
import { createdPackage, type Line, type Order, shippingProviders } from '#connectors/tiktok_shop/orders/order-schema.ts';
import { readDetails } from '#connectors/tiktok_shop/orders/read-orders.ts';
import { faultsOfWrite, type RefusalCode, refusal } from '#connectors/tiktok_shop/refusals.ts';
import { nothing } from '#connectors/tiktok_shop/schema.ts';

/** "This API is currently exclusive to the following markets: US, UK, ES, IE, IT, DE, FR, JP" (Create Packages of an order). */
const namesLines: ReadonlySet<string> = new Set(['US', 'GB', 'UK', 'ES', 'IE', 'IT', 'DE', 'FR', 'JP']);

export async function ship(session: Session, write: ShipmentWrite): Promise<ShipmentResult> {
  const [order] = await readDetails(session, [write.orderId]);
  if (order === undefined) return refuse('order_gone');
  const made = parcelMade(order, write);
  if (made !== null) return { outcome: 'applied', shipmentId: made };
  const hindrance = hindranceOf(order, write);
  if (hindrance !== null) return { outcome: 'refused', refusal: hindrance };
  const carrier = await carrierNamed(session, order, write.tracking?.carrier ?? '');
  if (carrier === null) return refuse('carrier_unknown', { carrier: write.tracking?.carrier ?? '' });
  const dispatch = { shipping_provider_id: carrier, tracking_number: write.tracking?.number.trim() ?? '' };
  try {
    const byLines = namesLines.has((session.credentials.secrets.shop_region ?? '').toUpperCase());
    return byLines ? await shipLines(session, order, write, dispatch) : await shipPackage(session, order, write, dispatch);
  } catch (thrown) {
    if (!(thrown instanceof Refused) || faultsOfWrite(thrown).length === 0) throw thrown;
    // "Already shipped" may be the echo of our own lost call, which the reading before this one did not show yet.
    const [now] = await readDetails(session, [write.orderId]);
    const madeBefore = now === undefined ? null : parcelMade(now, write);
    if (madeBefore !== null) return { outcome: 'applied', shipmentId: madeBefore };
    return refuse('shipment_refused', { message: (thrown.answer.message ?? '').slice(0, 300) }, thrown.answer);
  }
}

/** Carriers that the seller may choose for the order. Empty where its delivery option is not told, or the platform chooses. */
export async function carriers(session: Session, orderId: string): Promise<readonly { code: string; name: string }[]> {
  const [order] = await readDetails(session, [orderId]);
  return order === undefined ? [] : await carriersOf(session, order);
}

async function carriersOf(session: Session, order: Order): Promise<{ code: string; name: string }[]> {
  if (order.delivery_option_id === '' || order.shipping_type === 'TIKTOK' || isOfPlatform(order)) return [];
  const { data } = await call(session, {
    operation: operations.getShippingProviders,
    path: { delivery_option_id: order.delivery_option_id },
    answer: shippingProviders,
  });
  return data.shipping_providers.map(({ id: code, name }) => ({ code, name: name || code }));
}

/** By the platform's id, or by its name as a person writes it. */
async function carrierNamed(session: Session, order: Order, wanted: string): Promise<string | null> {
  const bare = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const known = await carriersOf(session, order);
  return (
    (known.find(({ code }) => code === wanted.trim()) ?? known.find(({ name }) => bare(name) === bare(wanted)))?.code ?? null
  );
}

interface Dispatch {
  shipping_provider_id: string;
  tracking_number: string;
}

async function shipLines(session: Session, order: Order, write: ShipmentWrite, dispatch: Dispatch): Promise<ShipmentResult> {
  const { data } = await call(session, {
    operation: operations.createPackage,
    path: { order_id: order.id },
    body: { order_line_item_ids: openLines(order, write.items).found.map(({ id }) => id), ...dispatch },
    answer: createdPackage,
  });
  return { outcome: 'applied', shipmentId: data.package_id };
}

async function shipPackage(session: Session, order: Order, write: ShipmentWrite, dispatch: Dispatch): Promise<ShipmentResult> {
  const planned = Map.groupBy(
    order.line_items.filter((line) => stageOf(line, order) === 'open'),
    (line) => line.package_id,
  );
  planned.delete('');
  if (planned.size === 0) return refuse('parcel_missing');
  const found = [...planned].find(([, lines]) => contentsOf(lines) === contentsOf(openLines(order, write.items).found));
  if (found === undefined) return refuse('parcel_differs');
  const [packageId] = found;
  await call(session, {
    operation: operations.shipPackage,
    path: { package_id: packageId },
    body: { self_shipment: dispatch },
    answer: nothing,
  });
  return { outcome: 'applied', shipmentId: packageId };
}

/** The parcel that an earlier call for this shipment has made: the same number, the same goods. */
function parcelMade(order: Order, write: ShipmentWrite): string | null {
  const number = write.tracking?.number.trim() ?? '';
  if (number === '') return null;
  const sent = order.line_items.filter((line) => stageOf(line, order) === 'sent' && line.tracking_number.trim() === number);
  const wanted = write.items.map(({ itemId, quantity }) => `${itemId}\t${quantity}`).sort();
  const parcels = [...Map.groupBy(sent, (line) => line.package_id || order.id)];
  return parcels.find(([, lines]) => contentsOf(lines) === wanted.join('\n'))?.[0] ?? null;
}

const contentsOf = (lines: readonly Line[]): string =>
  [...unitsIn(lines)]
    .map(([itemId, units]) => `${itemId}\t${units}`)
    .sort()
    .join('\n');

/** Why this cannot be told to the platform; null when it can. */
function hindranceOf(order: Order, write: ShipmentWrite): Refusal | null {
  if (isOfPlatform(order)) return refusal('fulfilled_by_platform');
  if (!['AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING'].includes(order.status))
    return refusal('order_not_shippable', { status: order.status });
  if (order.shipping_type === 'TIKTOK') return refusal('carrier_of_platform');
  if ((write.tracking?.number.trim() ?? '') === '' || (write.tracking?.carrier.trim() ?? '') === '')
    return refusal('tracking_needed');
  const { found, short } = openLines(order, write.items);
  const [first] = short;
  if (first === undefined) return null;
  const line = order.line_items.find((one) => goodsOf(one).some(({ itemId }) => itemId === first.itemId));
  const isLeft = (one: Line) => isOpen(one, order) && !found.includes(one) && one.sku_id === line?.sku_id;
  if (line !== undefined && isBundle(line) && order.line_items.some(isLeft))
    return refusal('bundle_in_parts', { bundle: line.product_name || line.seller_sku || line.sku_id });
  const units = write.items.reduce((sum, { itemId, quantity }) => sum + (itemId === first.itemId ? quantity : 0), 0);
  return refusal('units_not_open', { sku: line?.seller_sku || line?.product_name || first.itemId, units });
}

const isOpen = (line: Line, order: Order): boolean => stageOf(line, order) === 'open';

/** The open lines that hold so many units of each item. */
const openLines = (order: Order, items: ShipmentWrite['items']): ReturnType<typeof linesWith> =>
  linesWith(
    order.line_items.filter((line) => isOpen(line, order)),
    items,
  );

const refuse = (code: RefusalCode, parameters: Refusal['parameters'] = {}, answer?: PlatformAnswer): ShipmentResult => ({
  outcome: 'refused',
  refusal: refusal(code, parameters, answer),
});
