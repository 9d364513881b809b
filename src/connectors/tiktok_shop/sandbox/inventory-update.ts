import { z } from 'zod';
import { type ApiCall, productOfPath, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { type ShopProduct, type ShopSku, unitsOf } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { mostUnits } from '#connectors/tiktok_shop/sandbox/intake.ts';
import { codes, PlatformRefusal } from '#connectors/tiktok_shop/sandbox/refusal.ts';

const entrySchema = z.strictObject({
  warehouse_id: z.string().optional(),
  quantity: z.int32(),
  backorder_quantity: z.int32().optional(),
  handling_time: z.int32().optional(),
});

const inventoryUpdateBody = z.strictObject({
  skus: z.array(z.strictObject({ id: z.string(), inventory: z.array(entrySchema).min(1) })).min(1),
});
type Entry = z.infer<typeof entrySchema>;

/** Why a SKU's stock was not set: the causes behind the one main error 12052990. */
interface Cause {
  code: number;
  message: string;
  warehouse_id?: string;
}

/**
 * Update Inventory: sets the stock of SKUs of one product. Each SKU stands or falls alone: what failed is listed in
 * `data.errors` of an answer whose code is 0. All assigned warehouses must be named, unless there is only one.
 */
export function updateInventory(call: ApiCall, floor: ShopFloor): object {
  const { skus } = readBody(call, inventoryUpdateBody);
  const product = productOfPath(call, floor);
  if (new Set(skus.map(({ id }) => id)).size < skus.length) throw new PlatformRefusal(codes.skuTwice, 'Duplicate SKU id');
  const errors: object[] = [];
  for (const { id, inventory } of skus) {
    const checked = checkStock(id, inventory, product, floor);
    if ('causes' in checked) {
      errors.push({ code: codes.checkFailed, message: 'Check failed', detail: { sku_id: id, extra_errors: checked.causes } });
    } else {
      floor.catalog.setStock(checked.sku, checked.stock, 'api');
    }
  }
  return errors.length === 0 ? {} : { errors };
}

function checkStock(
  id: string,
  inventory: readonly Entry[],
  product: ShopProduct,
  floor: ShopFloor,
): { causes: Cause[] } | { sku: ShopSku; stock: number[] } {
  const sku = floor.catalog.sku(id);
  if (sku === undefined || sku.product !== product) {
    return { causes: [{ code: codes.skuUnknown, message: 'The SKU id not exist.' }] };
  }
  if (sku.parts.length > 0) return { causes: [ofBundle] };
  const causes: Cause[] = [];
  const quantities = new Map<string, number>();
  for (const entry of inventory) {
    const warehouseId = entry.warehouse_id ?? onlyWarehouse(floor);
    if (warehouseId === null) {
      causes.push(missing);
      continue;
    }
    const cause = causeAgainst(entry, warehouseId, floor) ?? (quantities.has(warehouseId) ? twice : null);
    if (cause !== null) causes.push({ ...cause, warehouse_id: warehouseId });
    quantities.set(warehouseId, entry.quantity);
  }
  if (causes.length > 0) return { causes };
  const stock: number[] = [];
  for (const { id: warehouseId } of floor.view.warehouses) {
    const quantity = quantities.get(warehouseId);
    if (quantity === undefined) causes.push({ ...missing, warehouse_id: warehouseId });
    else stock.push(quantity);
  }
  if (causes.length === 0 && sum(stock) < unitsHeld(sku, product)) causes.push(locked);
  return causes.length > 0 ? { causes } : { sku, stock };
}

/** Units below which a promotion or a campaign does not let the stock be set. What buyers have taken of them is gone. */
function unitsHeld(sku: ShopSku, product: ShopProduct): number {
  const units = unitsOf(sku);
  return product.promotion?.stockLocked === true ? units : Math.min(sku.campaignUnits, units);
}

/** Not documented: which code the platform has for it, or whether it takes the figure and lets it drop. */
const ofBundle: Cause = { code: codes.badParameter, message: 'The stock of a virtual bundle is that of its SKUs' };
const twice: Cause = { code: codes.warehouseTwice, message: 'Duplicate warehouse id' };
const missing: Cause = {
  code: codes.warehousesIncomplete,
  message: 'Multiple warehouses detected. Include all warehouse IDs and the corresponding details and try again.',
};
const locked: Cause = {
  code: codes.stockPromotionLocked,
  message: "Product locked for Promotion and stock can't be updated below current stock",
};

function causeAgainst(entry: Entry, warehouseId: string, floor: ShopFloor): Cause | null {
  if (warehouseId === floor.returnWarehouse.id) return { code: codes.warehouseNotForSales, message: 'Not a sales warehouse' };
  if (!floor.view.warehouses.some(({ id }) => id === warehouseId)) {
    return { code: codes.warehouseUnknown, message: 'The warehouse does not exist' };
  }
  if (entry.backorder_quantity !== undefined || entry.handling_time !== undefined) {
    return { code: codes.backorderForbidden, message: 'The shop has no permission for backorders' };
  }
  const least = floor.rules.refuseZero ? 1 : 0;
  if (entry.quantity < least || entry.quantity > mostUnits) {
    return { code: codes.quantityRange, message: `The quantity is out of range [1, ${mostUnits}]` };
  }
  return null;
}

function onlyWarehouse(floor: ShopFloor): string | null {
  const [first, second] = floor.view.warehouses;
  return first !== undefined && second === undefined ? first.id : null;
}

function sum(units: readonly number[]): number {
  return units.reduce((total, each) => total + each, 0);
}
