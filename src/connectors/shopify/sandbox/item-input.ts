/** InventoryItemInput, shared by the two mutations that take it. */
import { exact } from '#base/money.ts';
import type { UserError } from '#connectors/shopify/sandbox/request-context.ts';
import type { InventoryItem, ShopState } from '#connectors/shopify/sandbox/shop-state.ts';

export interface ItemInput {
  cost?: string | null;
  measurement?: { weight?: { unit: string; value: number } | null } | null;
  requiresShipping?: boolean | null;
  sku?: string | null;
  tracked?: boolean | null;
}

type ItemChange = Partial<Pick<InventoryItem, 'sku' | 'tracked' | 'cost' | 'requiresShipping' | 'weight'>>;

/** 15 digits before the point: a stated bound of the practice shop, beyond any real price. */
export const amountLimit = new exact('999999999999999');

/** What an input changes; errors point at its fields below `path`. Absent leaves alone, null empties where it can. */
export function itemChange(
  input: ItemInput,
  path: readonly string[],
  state: ShopState,
): { change: ItemChange; errors: (UserError & { code: string })[] } {
  const change: ItemChange = {};
  const errors: (UserError & { code: string })[] = [];
  const refuse = (field: string, code: string, message: string): void => {
    errors.push({ field: [...path, field], code, message });
  };
  if (input.cost === null) change.cost = null;
  else if (input.cost !== undefined) {
    if (new exact(input.cost).isNegative()) refuse('cost', 'GREATER_THAN_OR_EQUAL_TO', 'Cost must be greater than or equal to 0');
    else if (new exact(input.cost).gt(amountLimit)) refuse('cost', 'INVALID_INPUT', 'Cost is too high');
    else change.cost = state.money(input.cost);
  }
  if (input.sku !== undefined) {
    const sku = input.sku ?? '';
    if (sku.length > 255) refuse('sku', 'TOO_LONG', 'SKU is too long (maximum is 255 characters)');
    else change.sku = sku;
  }
  if (input.tracked != null) change.tracked = input.tracked;
  if (input.requiresShipping != null) change.requiresShipping = input.requiresShipping;
  const weight = input.measurement?.weight;
  if (weight != null) {
    if (weight.value < 0) refuse('measurement', 'GREATER_THAN_OR_EQUAL_TO', 'Weight must be greater than or equal to 0');
    else change.weight = weight;
  }
  return { change, errors };
}
