/** Orders as Get Order List and Get Order Detail show them. */
import { exact } from '#base/money.ts';
import { shownAmount } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import type { ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import type { BundlePart } from '#connectors/tiktok_shop/sandbox/goods.ts';
import {
  isArranged,
  type OrderLine,
  type Parcel,
  type ShopOrder,
  statusOf,
  statusOfLine,
} from '#connectors/tiktok_shop/sandbox/orders/order.ts';

export function orderEntry(order: ShopOrder, floor: ShopFloor): object {
  const status = statusOf(order);
  const parcels = order.parcels.filter((parcel) => order.lines.some((line) => line.parcel === parcel && isShown(parcel, floor)));
  const arranged = parcels.find(({ arrangedSeconds }) => arrangedSeconds !== null);
  return {
    buyer_email: `v2b${order.buyer.id}@chat.seller.tiktok.com`,
    buyer_message: order.note,
    buyer_nickname: order.buyer.name,
    ...(status === 'CANCELLED' ? cancelledFields(order) : {}),
    ...(order.collectionSeconds === null ? {} : { collection_time: order.collectionSeconds }),
    create_time: order.createSeconds,
    delivery_option_id: floor.orders.deliveryOptionId,
    delivery_option_name: floor.orders.shippingType === 'SELLER' ? 'Shipped from seller' : 'Standard shipping',
    ...(order.deliverySeconds === null ? {} : { delivery_time: order.deliverySeconds }),
    delivery_type: 'HOME_DELIVERY',
    fulfillment_type: 'FULFILLMENT_BY_SELLER',
    has_updated_recipient_address: false,
    id: order.id,
    is_buyer_request_cancel: false,
    is_cod: false,
    is_on_hold_order: order.wasHeld,
    is_replacement_order: false,
    is_sample_order: false,
    line_items: order.lines.map((line) => lineEntry(line, order, floor)),
    order_type: 'NORMAL',
    packages: parcels.map(({ id }) => ({ id })),
    ...(order.paidSeconds === null ? {} : { paid_time: order.paidSeconds }),
    payment: paymentOf(order, floor),
    payment_method_name: 'Practice card',
    // Not available under UNPAID and ON_HOLD.
    ...(status === 'UNPAID' || status === 'ON_HOLD' ? {} : { recipient_address: addressOf(order, floor.shop.region) }),
    ...(arranged?.arrangedSeconds == null
      ? {}
      : { rts_time: arranged.arrangedSeconds, ...dispatchOf(arranged, 'shipping_provider') }),
    shipping_type: floor.orders.shippingType,
    status,
    update_time: order.updateSeconds,
    user_id: order.buyer.id,
    warehouse_id: floor.view.warehouses[order.warehouse]?.id ?? '',
  };
}

function cancelledFields(order: ShopOrder): object {
  const cancellation = order.lines[0]?.cancellation;
  return {
    cancel_reason: reasonText,
    cancel_time: order.cancelSeconds ?? order.updateSeconds,
    cancellation_initiator: cancellation?.role ?? 'SYSTEM',
  };
}

export const reasonText = 'No longer needed';

function lineEntry(line: OrderLine, order: ShopOrder, floor: ShopFloor): object {
  const { sku, parcel } = line;
  const amount = shownAmount(line.price);
  return {
    ...(sku.parts.length === 0 ? {} : { combined_listing_skus: sku.parts.map(combinedListingSku) }),
    ...(line.cancellation === null ? {} : { cancel_reason: reasonText, cancel_user: line.cancellation.role }),
    currency: floor.catalog.currency,
    display_status: statusOfLine(line, order),
    id: line.id,
    is_gift: false,
    original_price: amount,
    ...(parcel === null || !isShown(parcel, floor)
      ? {}
      : { package_id: parcel.id, package_status: packageStatus(parcel, order), ...dispatchOf(parcel, 'shipping_provider_name') }),
    ...(isArranged(line) && parcel?.arrangedSeconds != null ? { rts_time: parcel.arrangedSeconds } : {}),
    platform_discount: '0',
    product_id: sku.product.id,
    product_name: sku.product.title,
    sale_price: amount,
    seller_discount: '0',
    seller_sku: sku.sellerSku,
    sku_id: sku.id,
    sku_name: skuName(line),
    sku_type: 'NORMAL',
  };
}

const combinedListingSku = ({ sku, units }: BundlePart): object => ({
  product_id: sku.product.id,
  seller_sku: sku.sellerSku,
  sku_count: units,
  sku_id: sku.id,
});

export const skuName = ({ sku }: OrderLine): string => sku.attributes.map(({ value }) => value).join(', ') || 'Default';

/** "For local sellers in the US and UK markets, the package_id … will not be returned before the package is shipped." */
const isShown = (parcel: Parcel, floor: ShopFloor): boolean =>
  parcel.arrangedSeconds !== null || (floor.shop.region !== 'US' && floor.shop.region !== 'GB');

export function packageStatus(parcel: Parcel, order: ShopOrder): string {
  const inside = order.lines.filter((line) => line.parcel === parcel);
  return inside.every((line) => line.cancellation !== null) ? 'CANCELLED' : parcel.progress;
}

/** Of a line the carrier is called shipping_provider_name, of an order shipping_provider. There is no tracking number before shipping. */
function dispatchOf(parcel: Parcel, nameField: 'shipping_provider' | 'shipping_provider_name'): object {
  if (parcel.carrier === null) return {};
  return {
    [nameField]: parcel.carrier.name,
    shipping_provider_id: parcel.carrier.id,
    tracking_number: parcel.trackingNumber,
  };
}

function paymentOf(order: ShopOrder, floor: ShopFloor): object {
  const total = shownAmount(sumOf(order.lines));
  return {
    currency: floor.catalog.currency,
    original_shipping_fee: '0',
    original_total_product_price: total,
    platform_discount: '0',
    seller_discount: '0',
    shipping_fee: '0',
    sub_total: total,
    tax: '0',
    total_amount: total,
  };
}

export const sumOf = (lines: readonly { price: string }[]): string =>
  lines.reduce((sum, { price }) => sum.plus(price), new exact(0)).toFixed();

function addressOf(order: ShopOrder, region: string): object {
  return {
    address_detail: '1 Practice Street',
    address_line1: '1 Practice Street',
    address_line2: '',
    district_info: [
      { address_level: 'L0', address_level_name: 'Country', address_name: region, iso_code: region },
      { address_level: 'L1', address_level_name: 'state', address_name: 'Practice State' },
      { address_level: 'L2', address_level_name: 'city', address_name: 'Practice City' },
    ],
    first_name: order.buyer.name,
    full_address: `1 Practice Street, Practice City, Practice State, ${region}`,
    last_name: '',
    name: order.buyer.name,
    phone_number: '(+1)213-***-1234',
    postal_code: '95110',
    region_code: region,
  };
}
