/** Orders, cancellations and returns: only the fields that are read. Which of them an answer has differs by market and status. */
import { z } from 'zod';
import type { UnreadableOrder } from '#connectors/order.ts';
import { id, ifGiven, listOf, moment, text, whole } from '#connectors/tiktok_shop/schema.ts';
import { unreadableOrder } from '#connectors/unreadable-order.ts';

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

const line = z.object({
  id,
  sku_id: text,
  sku_name: text,
  seller_sku: text,
  product_id: text,
  product_name: text,
  currency: text,
  original_price: text,
  sale_price: text,
  display_status: text,
  package_id: text,
  package_status: text,
  shipping_provider_name: text,
  tracking_number: text,
  rts_time: ifGiven(moment),
  combined_listing_skus: listOf(z.object({ product_id: text, sku_id: text, seller_sku: text, sku_count: ifGiven(whole) })),
});
export type Line = z.infer<typeof line>;

const address = z.object({
  name: text,
  address_detail: text,
  address_line1: text,
  address_line2: text,
  address_line3: text,
  address_line4: text,
  full_address: text,
  phone_number: text,
  postal_code: text,
  post_town: text,
  region_code: text,
  district_info: listOf(z.object({ address_level: text, address_level_name: text, address_name: text })),
});
export type Address = z.infer<typeof address>;

const payment = z.object({
  currency: text,
  sub_total: text,
  seller_discount: text,
  platform_discount: text,
  shipping_fee: text,
  tax: text,
  total_amount: text,
});

const fields = z.object({
  id,
  status: z.string(),
  order_type: text,
  create_time: ifGiven(moment),
  update_time: moment,
  paid_time: ifGiven(moment),
  rts_time: ifGiven(moment),
  collection_time: ifGiven(moment),
  cancel_time: ifGiven(moment),
  cancel_reason: text,
  is_cod: flag,
  is_buyer_request_cancel: flag,
  is_sample_order: flag,
  is_replacement_order: flag,
  is_exchange_order: flag,
  fulfillment_type: text,
  shipping_type: text,
  shipping_provider: text,
  delivery_option_id: text,
  warehouse_id: text,
  buyer_email: text,
  buyer_nickname: text,
  buyer_message: text,
  payment: payment.nullish(),
  // A sale counts, readable address or not.
  recipient_address: address.nullish().catch(null),
  line_items: listOf(line),
});

/** With the platform's own object beside the fields that are read of it. */
export type Order = z.infer<typeof fields> & { raw: unknown };

/** Told apart one by one: an order of a strange shape hides none of those beside it. */
export type ToldOrder = { order: Order } | { unreadable: UnreadableOrder };
const toldOrder = z.unknown().transform((raw): ToldOrder => {
  const parsed = fields.safeParse(raw);
  return parsed.success ? { order: { ...parsed.data, raw } } : { unreadable: unreadableOrder(raw, 'update_time', parsed.error) };
});

export const orderPage = z.object({ next_page_token: text, orders: listOf(toldOrder) });

/** A cancellation or a return of a strange shape still says whose it is: that order is not understood then. */
const strange = z.object({ order_id: id, update_time: moment }).transform((of) => ({ ...of, strange: true as const }));
export type Strange = z.infer<typeof strange>;

export const isUnderstood = <T extends object>(one: T | Strange): one is T => !('strange' in one);

const refund = z.object({ refund_total: text }).nullish();

const cancellation = z.object({
  cancel_id: id,
  order_id: id,
  cancel_status: text,
  create_time: ifGiven(moment),
  update_time: moment,
  refund_amount: refund,
  /** In no OpenAPI document, but answered: whether the units are on sale again. */
  should_replenish_stock: z.boolean().nullish(),
  cancel_line_items: listOf(z.object({ order_line_item_id: text, sku_id: text })),
});
export type Cancellation = z.infer<typeof cancellation>;

export const cancellationPage = z.object({ next_page_token: text, cancellations: listOf(z.union([cancellation, strange])) });

const returned = z.object({
  return_id: id,
  order_id: id,
  return_status: text,
  return_type: text,
  update_time: moment,
  refund_amount: refund,
  can_buyer_keep_item: flag,
  return_line_items: listOf(z.object({ order_line_item_id: text, sku_id: text })),
});
export type Return = z.infer<typeof returned>;

export const returnPage = z.object({ next_page_token: text, return_orders: listOf(z.union([returned, strange])) });

const parcel = z.object({ update_time: moment, orders: listOf(z.object({ id })) });

export const packagePage = z.object({ next_page_token: text, packages: listOf(parcel) });

export const createdPackage = z.object({ package_id: id });

export const shippingProviders = z.object({ shipping_providers: listOf(z.object({ id, name: text })) });
