import { z } from 'zod';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { type Carrier, isOpen, type OrderLine, type ShopOrder, statusOf } from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import { codes, PlatformRefusal, refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';

/** "This API is currently exclusive to the following markets" (Mark Package As Shipped). */
const marksShipped = ['US', 'GB', 'ES', 'IE', 'IT', 'DE', 'FR', 'JP'];
/** Judged: no length is documented. */
const longestTrackingNumber = 100;

const createBody = z.strictObject({
  order_line_item_ids: z.array(z.string()).min(1),
  shipping_provider_id: z.string(),
  tracking_number: z.string(),
});

/** POST orders/{order_id}/packages: the seller tells of a parcel of his own carrier; it counts as arranged at once. */
export function createPackage(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, createBody);
  if (!marksShipped.includes(floor.shop.region))
    refuseParameter(`Invalid parameter. This API is not available in the market ${floor.shop.region}`);
  const order = floor.orders.order(call.path.order_id ?? '');
  if (order === undefined) return refuseParameter('Invalid parameter. order_id does not exist');
  checkShippable(order, floor);
  const lines = linesNamed(order, body.order_line_item_ids);
  const carrier = carrierNamed(body.shipping_provider_id, floor);
  checkTracking(body.tracking_number);
  const parcel = floor.orders.ship(order, lines, { carrier, trackingNumber: body.tracking_number, by: 'api' });
  return { order_id: order.id, order_line_item_ids: lines.map(({ id }) => id), package_id: parcel.id };
}

const shipBody = z.strictObject({
  handover_method: z.enum(['PICKUP', 'DROP_OFF']).optional(),
  pickup_slot: z.strictObject({ start_time: z.int(), end_time: z.int() }).optional(),
  self_shipment: z.strictObject({ shipping_provider_id: z.string(), tracking_number: z.string() }).optional(),
});

/** POST packages/{package_id}/ship: the whole parcel; with the seller's own carrier its number must be told. */
export function shipPackage(call: ApiCall, floor: ShopFloor): object {
  const { self_shipment: own } = readBody(call, shipBody);
  const found = floor.orders.parcel(call.path.package_id ?? '');
  if (found === undefined || (found.parcel.arrangedSeconds === null && hidesParcels(floor)))
    return refuseParameter('Invalid parameter. package_id does not exist');
  const { order, parcel } = found;
  if (parcel.progress !== 'TO_FULFILL') throw new PlatformRefusal(codes.packageFrozen, 'The package has been shipped already');
  const lines = order.lines.filter((line) => line.parcel === parcel && line.cancellation === null);
  if (lines.length === 0) throw new PlatformRefusal(codes.packageFrozen, 'package in freeze status: its order is cancelled');
  checkStatus(order);
  if (floor.orders.shippingType === 'TIKTOK') {
    const carrier = floor.orders.carriers[0];
    if (carrier !== undefined) floor.orders.ship(order, lines, { carrier, trackingNumber: `TT${parcel.id}`, by: 'api' });
    return {};
  }
  if (own === undefined) return refuseParameter('Invalid parameter. self_shipment is required for SEND_BY_SELLER');
  const carrier = carrierNamed(own.shipping_provider_id, floor);
  checkTracking(own.tracking_number);
  floor.orders.ship(order, lines, { carrier, trackingNumber: own.tracking_number, by: 'api' });
  return {};
}

/** GET delivery_options/{delivery_option_id}/shipping_providers */
export function listCarriers(call: ApiCall, floor: ShopFloor): object {
  if (call.path.delivery_option_id !== floor.orders.deliveryOptionId)
    refuseParameter('Invalid parameter. delivery_option_id does not exist');
  return { shipping_providers: floor.orders.carriers.map(({ id, name }) => ({ id, name })) };
}

const hidesParcels = ({ shop }: ShopFloor): boolean => shop.region === 'US' || shop.region === 'GB';

function checkShippable(order: ShopOrder, floor: ShopFloor): void {
  if (floor.orders.shippingType !== 'SELLER')
    throw new PlatformRefusal(codes.packageFrozen, 'The order is shipped by TikTok; no package can be created by the seller');
  checkStatus(order);
}

/** Codes of fulfilment are hardly documented: 10007014, "package frozen", is the nearest to "not in this state". */
function checkStatus(order: ShopOrder): void {
  const status = statusOf(order);
  if (status !== 'AWAITING_SHIPMENT' && status !== 'PARTIALLY_SHIPPING')
    throw new PlatformRefusal(codes.packageFrozen, `The order cannot be shipped in the status ${status}`);
}

function linesNamed(order: ShopOrder, ids: readonly string[]): OrderLine[] {
  if (new Set(ids).size < ids.length) refuseParameter('Invalid parameter. order_line_item_ids: duplicates');
  return ids.map((id) => {
    const line = order.lines.find((one) => one.id === id);
    if (line === undefined) return refuseParameter(`Invalid parameter. order_line_item_ids: ${id} is not in the order`);
    if (!isOpen(line)) throw new PlatformRefusal(codes.packageFrozen, `The line ${id} is shipped or cancelled already`);
    return line;
  });
}

function carrierNamed(id: string, floor: ShopFloor): Carrier {
  const carrier = floor.orders.carriers.find((one) => one.id === id);
  return carrier ?? refuseParameter('Invalid parameter. shipping_provider_id does not exist');
}

function checkTracking(number: string): void {
  if (number.trim() === '' || number.length > longestTrackingNumber)
    refuseParameter(`Invalid parameter. tracking_number: from 1 to ${longestTrackingNumber} characters`);
}
