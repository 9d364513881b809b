/** The platform's payloads: only the fields that are read. Absent and null are the same to it, so they are here. */
import { z } from 'zod';

/** Documented as text; now and then a bare number. */
const id = z.union([z.string(), z.number()]).transform(String);
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? ''));
const count = z.coerce.number().int();
/** Unix seconds that a date can hold. */
const moment = z.coerce.number().min(0).max(8_640_000_000_000);
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

export const token = z.object({
  access_token: z.string().min(1),
  /** Absolute, in unix seconds: not a duration, despite the name. */
  access_token_expire_in: moment,
  refresh_token: text,
  refresh_token_expire_in: moment.nullish(),
  open_id: text,
  /** 0 seller, 1 creator, 3 partner. */
  user_type: z.coerce.number().nullish(),
  granted_scopes: listOf(z.string()),
});
export type Token = z.infer<typeof token>;

export const shops = z.object({
  shops: listOf(z.object({ id, name: text, region: text, seller_type: text, cipher: z.string().min(1) })),
});
export type Shop = z.infer<typeof shops>['shops'][number];

export const warehouses = z.object({
  warehouses: listOf(
    z.object({ id, name: text, effect_status: text, is_default: z.boolean().nullish(), type: text, sub_type: text }),
  ),
});
export type Warehouse = z.infer<typeof warehouses>['warehouses'][number];

const price = z.object({ currency: text, tax_exclusive_price: text, sale_price: text });

export const productPage = z.object({
  next_page_token: text,
  total_count: count.nullish(),
  products: listOf(z.object({ id, status: text, skus: listOf(z.object({ id, price: price.nullish() })) })),
});

const image = z.object({
  uri: text,
  urls: listOf(z.string()),
  width: count.nullish(),
  height: count.nullish(),
});
export type Image = z.infer<typeof image>;

const sku = z.object({
  id,
  seller_sku: text,
  price: price.nullish(),
  list_price: z.object({ amount: text, currency: text }).nullish(),
  identifier_code: z.object({ code: text }).nullish(),
  inventory: listOf(z.object({ warehouse_id: text, quantity: count.nullish() })),
  sales_attributes: listOf(
    z.object({ name: text, value_name: text, sku_img: image.nullish(), supplementary_sku_images: listOf(image) }),
  ),
  status_info: z.object({ status: text }).nullish(),
});
export type Sku = z.infer<typeof sku>;

export const product = z.object({
  id,
  title: text,
  description: text,
  status: text,
  product_status: text,
  update_time: moment.nullish(),
  brand: z.object({ name: text }).nullish(),
  category_chains: listOf(z.object({ is_leaf: z.boolean().nullish(), local_name: text })),
  main_images: listOf(image),
  package_weight: z.object({ value: text, unit: text }).nullish(),
  integrated_platform_statuses: listOf(z.object({ platform: text, status: text })),
  skus: listOf(sku),
});
export type Product = z.infer<typeof product>;

export const inventory = z.object({
  inventory: listOf(
    z.object({
      product_id: id,
      skus: listOf(z.object({ id, warehouse_inventory: listOf(z.object({ warehouse_id: id, available_quantity: count })) })),
    }),
  ),
});

/** Writes answer with an empty `data`, or with what failed although the envelope says success. */
export const written = z.object({
  errors: listOf(
    z.object({
      code: text,
      message: text,
      detail: z.object({ sku_id: text, extra_errors: listOf(z.object({ code: text, message: text })) }).nullish(),
    }),
  ),
});

export const nothing = z.unknown();

export const webhookList = z.object({ webhooks: listOf(z.object({ event_type: z.string(), address: text })) });

export const webhook = z.object({
  type: z.coerce.number().int(),
  tts_notification_id: id.nullish(),
  shop_id: id.nullish(),
  timestamp: moment.nullish(),
  data: z
    .object({
      product_id: id.nullish(),
      order_id: id.nullish(),
      tts_shop_id: id.nullish(),
      expiration_time: moment.nullish(),
      package_list: listOf(z.object({ order_id_list: listOf(id) })),
    })
    .nullish(),
});
