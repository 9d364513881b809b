import type { Warehouse } from '#connectors/tiktok_shop/sandbox/goods.ts';
import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';

/**
 * The shop's warehouses: the sales ones, the first of them the default, and one for returns, which sells nothing and has
 * an id of its own at the same address. Source: Get Warehouse List, `type`.
 */
export function openWarehouses(salesCount: number, ids: LongIds): { sales: Warehouse[]; returns: Warehouse } {
  if (!Number.isInteger(salesCount) || salesCount < 1)
    throw new RangeError(`A shop needs at least one sales warehouse, not ${salesCount}`);
  const sales = Array.from(
    { length: salesCount },
    (_, index): Warehouse => ({
      id: ids.named(`warehouse ${index}`, '7'),
      entityId: ids.named(`warehouse entity ${index}`, '7'),
      name: index === 0 ? 'Main warehouse' : `Warehouse ${index + 1}`,
      type: 'SALES_WAREHOUSE',
      isDefault: index === 0,
    }),
  );
  const returns: Warehouse = {
    id: ids.named('return warehouse', '7'),
    entityId: ids.named('warehouse entity 0', '7'),
    name: 'Main warehouse',
    type: 'RETURN_WAREHOUSE',
    isDefault: true,
  };
  return { sales, returns };
}

/** An entry of Get Warehouse List. */
export function warehouseEntry(warehouse: Warehouse, region: string): object {
  return {
    address: { city: 'Practice City', contact_person: 'Practice Seller', full_address: '1 Practice Street', region_code: region },
    effect_status: 'ENABLED',
    entity_id: warehouse.entityId,
    id: warehouse.id,
    is_default: warehouse.isDefault,
    name: warehouse.name,
    sub_type: 'DOMESTIC_WAREHOUSE',
    type: warehouse.type,
  };
}
