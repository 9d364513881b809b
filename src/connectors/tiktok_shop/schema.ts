/** The platform's payloads: only the fields that are read. Absent and null are the same to it, so they are here. */
import { z } from 'zod';

/** Documented as text; now and then a bare number. */
export const id = z.union([z.string(), z.number()]).transform(String);
export const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? ''));
/** A number, or its digits as text. Not z.coerce: that makes 0 of null and of '', and 0 is success, or sold out. */
const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
export const whole = number.pipe(z.int());
/** Unix seconds that a date can hold. */
export const moment = number.pipe(z.number().min(0).max(8_640_000_000_000));
/** Not given is said in three ways: absent, null and ''. */
export const ifGiven = <T extends z.ZodType>(schema: T) => z.union([z.literal('').transform(() => null), schema]).nullish();
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

export const token = z.object({
  access_token: z.string().min(1),
  /** Absolute, in unix seconds: not a duration, despite the name. */
  access_token_expire_in: moment,
  refresh_token: text,
  refresh_token_expire_in: ifGiven(moment),
  open_id: text,
  /** 0 seller, 1 creator, 3 partner. */
  user_type: ifGiven(number),
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
  total_count: ifGiven(whole),
  products: listOf(z.object({ id, status: text, skus: listOf(z.object({ id, price: price.nullish() })) })),
});

const image = z.object({
  uri: text,
  urls: listOf(z.string()),
  width: ifGiven(whole),
  height: ifGiven(whole),
});
export type Image = z.infer<typeof image>;

const sku = z.object({
  id,
  seller_sku: text,
  price: price.nullish(),
  list_price: z.object({ amount: text, currency: text }).nullish(),
  identifier_code: z.object({ code: text }).nullish(),
  inventory: listOf(z.object({ warehouse_id: text, quantity: ifGiven(whole) })),
  sales_attributes: listOf(
    z.object({ name: text, value_name: text, sku_img: image.nullish(), supplementary_sku_images: listOf(image) }),
  ),
  status_info: z.object({ status: text }).nullish(),
  /** What a virtual bundle is made of. */
  combined_skus: listOf(z.object({ sku_id: text })),
});
export type Sku = z.infer<typeof sku>;

export const product = z.object({
  id,
  title: text,
  description: text,
  status: text,
  product_status: text,
  update_time: ifGiven(moment),
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
      skus: listOf(z.object({ id, warehouse_inventory: listOf(z.object({ warehouse_id: id, available_quantity: whole })) })),
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
  type: whole,
  tts_notification_id: ifGiven(id),
  shop_id: ifGiven(id),
  timestamp: ifGiven(moment),
  data: z
    .object({
      product_id: ifGiven(id),
      order_id: ifGiven(id),
      tts_shop_id: ifGiven(id),
      expiration_time: ifGiven(moment),
      package_list: listOf(z.object({ order_id_list: listOf(id) })),
    })
    .nullish(),
});
