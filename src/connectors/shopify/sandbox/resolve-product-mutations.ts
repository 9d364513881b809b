/** Prices, product texts and deletion. */
import { exact } from '#base/money.ts';
import { refuseIdempotency } from '#connectors/shopify/sandbox/idempotency.ts';
import { gid, idOf } from '#connectors/shopify/sandbox/ids.ts';
import { amountLimit, type ItemInput, itemChange } from '#connectors/shopify/sandbox/item-input.ts';
import { type FieldResolver, type Resolvers, requestError, type UserError } from '#connectors/shopify/sandbox/request-context.ts';
import type { Product, ShopState, Variant } from '#connectors/shopify/sandbox/shop-state.ts';

interface VariantInput {
  id?: string | null;
  price?: string | null;
  compareAtPrice?: string | null;
  barcode?: string | null;
  inventoryPolicy?: Variant['inventoryPolicy'] | null;
  taxable?: boolean | null;
  inventoryItem?: ItemInput | null;
  inventoryQuantities?: unknown[] | null;
}

type VariantChange = Parameters<ShopState['changeVariant']>[1];
interface PlannedVariant {
  variant: Variant;
  change: VariantChange;
  item: ReturnType<typeof itemChange>['change'] | null;
}

/** Without `allowPartialUpdates` one bad element stops all; with it, the good ones are applied. */
const productVariantsBulkUpdate: FieldResolver = (
  _: unknown,
  args: { productId: string; variants: VariantInput[]; allowPartialUpdates: boolean },
  { shop },
  info,
) => {
  refuseIdempotency(info);
  const product = shop.state.products.get(idOf('Product', args.productId) ?? '');
  if (product === undefined) {
    return {
      product: null,
      productVariants: null,
      userErrors: [{ field: ['productId'], code: 'PRODUCT_DOES_NOT_EXIST', message: 'Product does not exist' }],
    };
  }
  const userErrors: UserError[] = [];
  const plan: PlannedVariant[] = [];
  args.variants.forEach((input, index) => {
    const planned = planVariant(product, input, ['variants', String(index)], shop.state);
    if ('errors' in planned) userErrors.push(...planned.errors);
    else plan.push(planned);
  });
  if (userErrors.length > 0 && !args.allowPartialUpdates) return { product, productVariants: null, userErrors };
  for (const { variant, change, item } of plan) {
    shop.state.changeVariant(variant, change, 'api');
    if (item !== null) shop.state.changeItem(variant.item, item);
  }
  return { product, productVariants: plan.map(({ variant }) => variant), userErrors };
};

function planVariant(
  product: Product,
  input: VariantInput,
  path: readonly string[],
  state: ShopState,
): PlannedVariant | { errors: UserError[] } {
  const one = (field: string, code: string, message: string) => ({ errors: [{ field: [...path, field], code, message }] });
  if (input.id == null) return one('id', 'PRODUCT_VARIANT_ID_MISSING', 'Product variant is missing ID attribute');
  const variant = state.variants.get(idOf('ProductVariant', input.id) ?? '');
  if (variant === undefined || variant.product !== product)
    return one('id', 'PRODUCT_VARIANT_DOES_NOT_EXIST', 'Product variant does not exist');
  if (input.inventoryQuantities !== undefined) {
    const message =
      'Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities.';
    return one('inventoryQuantities', 'NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE', message);
  }
  const errors: UserError[] = [];
  const change: VariantChange = {};
  const price = amount(input.price, 'Price', [...path, 'price'], state, errors);
  if (price === null) errors.push({ field: [...path, 'price'], code: 'BLANK', message: "Price can't be blank" });
  else if (price !== undefined) change.price = price;
  const compareAtPrice = amount(input.compareAtPrice, 'Compare at price', [...path, 'compareAtPrice'], state, errors);
  if (compareAtPrice !== undefined) change.compareAtPrice = compareAtPrice;
  if (input.barcode !== undefined) change.barcode = input.barcode;
  if (input.inventoryPolicy != null) change.inventoryPolicy = input.inventoryPolicy;
  if (input.taxable != null) change.taxable = input.taxable;
  const item = input.inventoryItem == null ? null : itemChange(input.inventoryItem, [...path, 'inventoryItem'], state);
  errors.push(...(item?.errors ?? []));
  return errors.length > 0 ? { errors } : { variant, change, item: item?.change ?? null };
}

/** The amount in the shop's currency, null to empty it, undefined when it is not given or is refused. */
function amount(
  text: string | null | undefined,
  name: string,
  field: string[],
  state: ShopState,
  errors: UserError[],
): string | null | undefined {
  if (text === undefined || text === null) return text;
  const value = new exact(text);
  if (value.isNegative() && !value.isZero())
    errors.push({ field, code: 'GREATER_THAN_OR_EQUAL_TO', message: `${name} must be greater than or equal to 0` });
  else if (value.gt(amountLimit))
    errors.push({ field, code: 'INVALID_INPUT', message: `${name} must be less than or equal to ${amountLimit.toFixed()}` });
  else return state.money(text);
  return undefined;
}

interface ProductInput {
  id?: string | null;
  title?: string | null;
  descriptionHtml?: string | null;
  vendor?: string | null;
  productType?: string | null;
  handle?: string | null;
  status?: Product['status'] | null;
  tags?: string[] | null;
  seo?: { title?: string | null; description?: string | null } | null;
}

const productUpdate: FieldResolver = (_: unknown, args: { product?: ProductInput | null }, { shop }, info) => {
  refuseIdempotency(info);
  const input = args.product;
  if (input == null) throw requestError('A product argument is required', 'INVALID_FIELD_ARGUMENTS');
  const product = shop.state.products.get(idOf('Product', input.id ?? '') ?? '');
  if (product === undefined) return { product: null, userErrors: [{ field: ['id'], message: 'Product does not exist' }] };
  const title = input.title?.trim();
  if (title === '') return { product: null, userErrors: [{ field: ['title'], message: "Title can't be blank" }] };
  if (title !== undefined && title.length > 255)
    return { product: null, userErrors: [{ field: ['title'], message: 'Title is too long (maximum is 255 characters)' }] };
  const { seo } = input;
  shop.state.changeProduct(product, {
    title: title ?? product.title,
    descriptionHtml: input.descriptionHtml ?? product.descriptionHtml,
    vendor: input.vendor ?? product.vendor,
    productType: input.productType ?? product.productType,
    handle: input.handle ?? product.handle,
    status: input.status ?? product.status,
    tags: input.tags ?? product.tags,
    seo: {
      title: seo?.title === undefined ? product.seo.title : seo.title,
      description: seo?.description === undefined ? product.seo.description : seo.description,
    },
    publishedAt: (input.status ?? product.status) === 'ACTIVE' ? (product.publishedAt ?? shop.clock.nowToTheSecond()) : null,
  });
  return { product, userErrors: [] };
};

const productDelete: FieldResolver = (_: unknown, args: { input: { id: string } }, { shop }, info) => {
  refuseIdempotency(info);
  const product = shop.state.products.get(idOf('Product', args.input.id) ?? '');
  if (product === undefined)
    return { deletedProductId: null, shop: shop.identity, userErrors: [{ field: ['id'], message: 'Product does not exist' }] };
  shop.state.remove(product);
  return { deletedProductId: gid('Product', product.id), shop: shop.identity, userErrors: [] };
};

export const productMutationResolvers: Resolvers = {
  Mutation: { productVariantsBulkUpdate, productUpdate, productDelete },
  InventoryAdjustmentGroup: {
    id: (group: { id: string }) => gid('InventoryAdjustmentGroup', group.id),
    changes: (
      group: { changes: { name: string; item: { id: string }; location: { id: string } }[] },
      args: { inventoryItemIds?: string[] | null; locationIds?: string[] | null; quantityNames?: string[] | null },
    ) =>
      group.changes.filter(
        (change) =>
          (args.inventoryItemIds?.includes(gid('InventoryItem', change.item.id)) ?? true) &&
          (args.locationIds?.includes(gid('Location', change.location.id)) ?? true) &&
          (args.quantityNames?.includes(change.name) ?? true),
      ),
  },
};
