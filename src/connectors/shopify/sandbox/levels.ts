/** One inventory level: its id and its quantities by name. */
import { gid, idOf } from '#connectors/shopify/sandbox/ids.ts';
import type { Level, ShopState } from '#connectors/shopify/sandbox/shop-state.ts';

/** States of the platform's inventory; those that the practice shop does not move stand at zero. */
export const quantityNames: readonly string[] = [
  'available',
  'on_hand',
  'committed',
  'incoming',
  'reserved',
  'damaged',
  'safety_stock',
  'quality_control',
];

export const quantityOf = (level: Level, name: string): number =>
  name === 'available'
    ? level.available
    : name === 'committed'
      ? level.committed
      : name === 'on_hand'
        ? level.available + level.committed
        : 0;

/** A level's id names its location and its item. */
export const levelGid = (level: Level): string =>
  `${gid('InventoryLevel', level.location.id)}?inventory_item_id=${level.item.id}`;

export function findLevel(id: string, state: ShopState): Level | null {
  const itemId = /\?inventory_item_id=(\d+)$/.exec(id)?.[1];
  return state.items.get(itemId ?? '')?.levels.get(idOf('InventoryLevel', id) ?? '') ?? null;
}
