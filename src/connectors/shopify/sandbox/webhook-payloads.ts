/**
 * Bodies of webhook deliveries: the REST-shaped documents of the platform's webhook reference, ids as bare 64-bit numbers.
 * Built when the event happens: a retry repeats the original body, however the shop has changed since.
 */
import { stringify } from 'lossless-json';
import { gid } from '#connectors/shopify/sandbox/ids.ts';
import { levelGid } from '#connectors/shopify/sandbox/levels.ts';
import { secondsText } from '#connectors/shopify/sandbox/shop-clock.ts';
import {
  type InventoryItem,
  type Level,
  type Location,
  type Product,
  type ShopIdentity,
  type ShopImage,
  totalAvailable,
  type Variant,
  variantTitle,
} from '#connectors/shopify/sandbox/shop-state.ts';

/** products/create and products/update carry so many variants in full; the others appear in `variant_gids` alone. */
const fullVariants = 100;

/** JSON whose BigInts are bare numbers with all their digits. */
export function payloadText(payload: unknown): string {
  const text = stringify(payload);
  if (text === undefined) throw new Error('A webhook payload must be an object');
  return text;
}

export function productPayload(product: Product): Record<string, unknown> {
  const shown = product.variants.slice(0, fullVariants);
  const images = product.images.map((image, index) => imagePayload(product, image, index + 1));
  return {
    admin_graphql_api_id: gid('Product', product.id),
    body_html: product.descriptionHtml,
    created_at: secondsText(product.createdAt),
    handle: product.handle,
    id: BigInt(product.id),
    product_type: product.productType,
    published_at: product.publishedAt === null ? null : secondsText(product.publishedAt),
    template_suffix: null,
    title: product.title,
    updated_at: secondsText(product.updatedAt),
    vendor: product.vendor,
    status: product.status.toLowerCase(),
    published_scope: 'web',
    tags: product.tags.join(', '),
    variants: shown.map(variantPayload),
    options: product.options.map((option, index) => ({
      name: option.name,
      id: BigInt(option.id),
      product_id: BigInt(product.id),
      position: index + 1,
      values: option.values.map((value) => value.name),
    })),
    images,
    image: images[0] ?? null,
    media: product.images.map((image, index) => mediaPayload(product, image, index + 1)),
    variant_gids: product.variants.map((variant) => ({
      admin_graphql_api_id: gid('ProductVariant', variant.id),
      updated_at: new Date(variant.updatedAt).toISOString(),
    })),
    has_variants_that_requires_components: false,
    category: null,
  };
}

function variantPayload(variant: Variant): Record<string, unknown> {
  const quantity = totalAvailable(variant.item);
  return {
    admin_graphql_api_id: gid('ProductVariant', variant.id),
    barcode: variant.barcode,
    compare_at_price: variant.compareAtPrice,
    created_at: secondsText(variant.createdAt),
    id: BigInt(variant.id),
    inventory_policy: variant.inventoryPolicy.toLowerCase(),
    position: variant.position,
    price: variant.price,
    product_id: BigInt(variant.product.id),
    sku: variant.item.sku === '' ? null : variant.item.sku,
    taxable: variant.taxable,
    title: variantTitle(variant),
    updated_at: secondsText(variant.updatedAt),
    option1: variant.optionValues[0] ?? '',
    option2: variant.optionValues[1] ?? null,
    option3: variant.optionValues[2] ?? null,
    image_id: variant.image === null ? null : BigInt(variant.image.id),
    inventory_item_id: BigInt(variant.item.id),
    inventory_quantity: quantity,
    old_inventory_quantity: quantity,
  };
}

const usersOf = (product: Product, image: ShopImage): bigint[] =>
  product.variants.filter((variant) => variant.image === image).map((variant) => BigInt(variant.id));

function imagePayload(product: Product, image: ShopImage, position: number): Record<string, unknown> {
  return {
    id: BigInt(image.id),
    alt: image.alt,
    position,
    product_id: BigInt(product.id),
    created_at: secondsText(image.createdAt),
    updated_at: secondsText(image.createdAt),
    admin_graphql_api_id: gid('ProductImage', image.id),
    width: 1200,
    height: 1200,
    src: image.url,
    variant_ids: usersOf(product, image),
  };
}

function mediaPayload(product: Product, image: ShopImage, position: number): Record<string, unknown> {
  return {
    id: BigInt(image.id),
    product_id: BigInt(product.id),
    position,
    created_at: secondsText(image.createdAt),
    updated_at: secondsText(image.createdAt),
    alt: image.alt ?? '',
    status: 'READY',
    media_content_type: 'IMAGE',
    preview_image: { width: 1200, height: 1200, src: image.url, status: 'READY' },
    variant_ids: [],
    admin_graphql_api_id: gid('MediaImage', image.id),
  };
}

export const levelPayload = (level: Level): Record<string, unknown> => ({
  inventory_item_id: BigInt(level.item.id),
  location_id: BigInt(level.location.id),
  available: level.available,
  updated_at: secondsText(level.updatedAt),
  admin_graphql_api_id: levelGid(level),
});

export const itemPayload = (item: InventoryItem): Record<string, unknown> => ({
  id: BigInt(item.id),
  sku: item.sku,
  created_at: secondsText(item.createdAt),
  updated_at: secondsText(item.updatedAt),
  requires_shipping: item.requiresShipping,
  cost: item.cost,
  country_code_of_origin: null,
  province_code_of_origin: null,
  harmonized_system_code: null,
  tracked: item.tracked,
  country_harmonized_system_codes: [],
  weight_value: item.weight.value,
  weight_unit: { GRAMS: 'g', KILOGRAMS: 'kg', OUNCES: 'oz', POUNDS: 'lb' }[item.weight.unit] ?? 'g',
  admin_graphql_api_id: gid('InventoryItem', item.id),
});

export const deletedPayload = (id: string): Record<string, unknown> => ({ id: BigInt(id) });

/** The platform's own sample has text in every field of the address; this shop's locations have none. */
export const locationPayload = (location: Location): Record<string, unknown> => ({
  id: BigInt(location.id),
  name: location.name,
  ...Object.fromEntries(
    'address1 address2 city zip province country phone country_code country_name province_code'
      .split(' ')
      .map((name) => [name, '']),
  ),
  created_at: secondsText(location.createdAt),
  updated_at: secondsText(location.updatedAt),
  legacy: false,
  active: location.active,
  admin_graphql_api_id: gid('Location', location.id),
});

/** app/uninstalled and shop/update: the shop as the REST Shop resource shows it. */
export function shopPayload(shop: ShopIdentity, primaryLocationId: string): Record<string, unknown> {
  const blank = Object.fromEntries(
    'address1 city country country_name province province_code zip phone'.split(' ').map((name) => [name, '']),
  );
  const off =
    'has_discounts requires_extra_payments_agreement password_enabled setup_required pre_launch_enabled marketing_sms_consent_enabled_at_checkout transactional_sms_disabled';
  const on = 'has_gift_cards eligible_for_payments has_storefront finances checkout_api_supported multi_location_enabled';
  const unset =
    'address2 source latitude longitude taxes_included auto_configure_tax_inclusivity tax_shipping county_taxes google_apps_domain google_apps_login_enabled';
  return {
    ...blank,
    ...Object.fromEntries(off.split(' ').map((name) => [name, false])),
    ...Object.fromEntries(on.split(' ').map((name) => [name, true])),
    ...Object.fromEntries(unset.split(' ').map((name) => [name, null])),
    id: BigInt(shop.id),
    name: shop.name,
    email: `owner@${shop.domain}`,
    customer_email: `owner@${shop.domain}`,
    domain: shop.domain,
    myshopify_domain: shop.domain,
    country_code: 'US',
    primary_locale: 'en',
    created_at: secondsText(shop.createdAt),
    updated_at: secondsText(shop.updatedAt),
    currency: shop.currency,
    enabled_presentment_currencies: [shop.currency],
    timezone: `(GMT+00:00) ${shop.timezone}`,
    iana_timezone: shop.timezone,
    shop_owner: 'Practice Owner',
    money_format: '{{amount}}',
    money_with_currency_format: `{{amount}} ${shop.currency}`,
    money_in_emails_format: '{{amount}}',
    money_with_currency_in_emails_format: `{{amount}} ${shop.currency}`,
    weight_unit: 'kg',
    plan_display_name: 'Development',
    plan_name: 'partner_test',
    primary_location_id: BigInt(primaryLocationId),
  };
}
