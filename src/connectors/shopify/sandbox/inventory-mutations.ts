/**
 * The stock writes, with the rules that the schema does not show but the platform enforces since 2026-04:
 * `@idempotent` is compulsory, `changeFromQuantity` must be present (null opts out of the comparison), and a request is
 * applied whole or not at all.
 * Sources: https://shopify.dev/changelog (making idempotency mandatory; making changeFromQuantity required; finalizing
 * compare and swap) and the error code descriptions of the Admin API schema.
 */
import { idOf } from '#connectors/shopify/sandbox/ids.ts';
import { quantityOf } from '#connectors/shopify/sandbox/levels.ts';
import {
  type FieldResolver,
  type RequestContext,
  requestError,
  type UserError,
} from '#connectors/shopify/sandbox/request-context.ts';
import type { InventoryItem, Level, Location } from '#connectors/shopify/sandbox/shop-state.ts';

const highest = 1_000_000_000;
/** https://shopify.dev/docs/apps/build/orders-fulfillment/inventory-management-apps/manage-quantities-states */
const reasons = new Set(
  'correction cycle_count_available damaged movement_created movement_updated movement_received movement_canceled other promotion quality_control received reservation_created reservation_deleted reservation_updated restock safety_stock shrinkage'.split(
    ' ',
  ),
);

interface Target {
  inventoryItemId: string;
  locationId: string;
  changeFromQuantity?: number | null;
}
interface QuantitiesInput {
  name: string;
  reason: string;
  referenceDocumentUri?: string | null;
}
interface SetInput extends QuantitiesInput {
  quantities: (Target & { quantity: number })[];
}
interface AdjustInput extends QuantitiesInput {
  changes: (Target & { delta: number; ledgerDocumentUri?: string | null })[];
}

interface Planned {
  item: InventoryItem;
  location: Location;
  from: number;
  to: number;
}
interface Payload {
  inventoryAdjustmentGroup: unknown;
  userErrors: UserError[];
}

const refused = (userErrors: UserError[]): Payload => ({ inventoryAdjustmentGroup: null, userErrors });
const failed = (payload: { userErrors: readonly UserError[] }): boolean => payload.userErrors.length > 0;

export const setQuantities: FieldResolver = (_: unknown, args: { input: SetInput }, context, info) => {
  const { input } = args;
  demandChangeFrom(input.quantities, 'InventoryQuantityInput');
  return context.shop.idempotency.once(
    { args, context, info },
    () => {
      const errors = checkInput(
        input,
        ['available', 'on_hand'],
        'INVALID_NAME',
        "The quantity name must be either 'available' or 'on_hand'.",
      );
      const plan = planTargets(input.quantities, input.name, ['input', 'quantities'], context, errors, (target, from, refuse) => {
        if (target.quantity < 0) refuse('quantity', 'INVALID_QUANTITY_NEGATIVE', "The quantity can't be negative.");
        if (target.quantity > highest)
          refuse('quantity', 'INVALID_QUANTITY_TOO_HIGH', "The total quantity can't be higher than 1,000,000,000.");
        return { from, to: target.quantity };
      });
      refuseDuplicates(input.quantities, errors);
      return errors.length > 0 ? refused(errors) : apply(input, plan, context);
    },
    failed,
    (error) => refused([error]),
  );
};

export const adjustQuantities: FieldResolver = (_: unknown, args: { input: AdjustInput }, context, info) => {
  const { input } = args;
  demandChangeFrom(input.changes, 'InventoryChangeInput');
  return context.shop.idempotency.once(
    { args, context, info },
    () => {
      const errors = checkInput(input, ['available'], 'INVALID_QUANTITY_NAME', 'The specified quantity name is invalid.');
      const plan = planTargets(input.changes, input.name, ['input', 'changes'], context, errors, (target, from, refuse) => {
        const to = from + target.delta;
        if (target.ledgerDocumentUri != null)
          refuse(
            'ledgerDocumentUri',
            'INVALID_AVAILABLE_DOCUMENT',
            'A ledger document URI is not allowed when adjusting available.',
          );
        if (to > highest) refuse('delta', 'INVALID_QUANTITY_TOO_HIGH', "The quantity can't be higher than 1,000,000,000.");
        if (to < -highest) refuse('delta', 'INVALID_QUANTITY_TOO_LOW', "The quantity can't be lower than -1,000,000,000.");
        return { from, to };
      });
      return errors.length > 0 ? refused(errors) : apply(input, plan, context);
    },
    failed,
    (error) => refused([error]),
  );
};

interface ActivateArguments {
  inventoryItemId: string;
  locationId: string;
  available?: number | null;
  onHand?: number | null;
}

/** An item that is already stocked there keeps its quantity; then `available` may not be given. */
export const activateLevel: FieldResolver = (_: unknown, args: ActivateArguments, context, info) =>
  context.shop.idempotency.once<{ inventoryLevel: Level | null; userErrors: UserError[] }>(
    { args, context, info },
    () => {
      const refuse = (field: string, message: string) => ({ inventoryLevel: null, userErrors: [{ field: [field], message }] });
      const { state } = context.shop;
      const item = state.items.get(idOf('InventoryItem', args.inventoryItemId) ?? '');
      const location = state.locations.find((one) => one.id === idOf('Location', args.locationId));
      if (item === undefined) return refuse('inventoryItemId', "The product couldn't be found.");
      if (location === undefined || !location.active) return refuse('locationId', "The location couldn't be found.");
      const quantity = args.available ?? args.onHand ?? null;
      if (quantity !== null && Math.abs(quantity) > highest)
        return refuse('available', "The quantity can't be higher than 1,000,000,000.");
      const stocked = item.levels.get(location.id);
      if (stocked !== undefined) {
        if (quantity !== null)
          return refuse('available', 'Not allowed to set available quantity when the item is already active at the location.');
        return { inventoryLevel: stocked, userErrors: [] };
      }
      const level = state.connectLevel(item, location);
      if (quantity !== null) state.changeLevel(level, { available: quantity }, 'api');
      return { inventoryLevel: level, userErrors: [] };
    },
    failed,
    ({ field, message }) => ({ inventoryLevel: null, userErrors: [{ field, message }] }),
  );

/** Present means given, be it null: the platform tells an absent field from a null one. */
function demandChangeFrom(targets: readonly Target[], inputName: string): void {
  if (targets.every((target) => 'changeFromQuantity' in target)) return;
  throw requestError(`${inputName} must include the following argument: changeFromQuantity`, 'INVALID_FIELD_ARGUMENTS');
}

function checkInput(input: QuantitiesInput, names: readonly string[], nameCode: string, nameMessage: string): UserError[] {
  const errors: UserError[] = [];
  if (!names.includes(input.name)) errors.push({ field: ['input', 'name'], code: nameCode, message: nameMessage });
  if (!reasons.has(input.reason))
    errors.push({ field: ['input', 'reason'], code: 'INVALID_REASON', message: 'The specified reason is invalid.' });
  const uri = input.referenceDocumentUri;
  const sound =
    uri == null ||
    (/^[a-z][a-z\d+.-]*:\/\/\S+$/i.test(uri) && (!uri.startsWith('gid://') || /^gid:\/\/[^/\s]+\/[^/\s]+\/\S+$/.test(uri)));
  if (!sound)
    errors.push({
      field: ['input', 'referenceDocumentUri'],
      code: 'INVALID_REFERENCE_DOCUMENT',
      message: 'The specified reference document is invalid.',
    });
  return errors;
}

function planTargets<T extends Target>(
  targets: readonly T[],
  name: string,
  path: readonly string[],
  context: RequestContext,
  errors: UserError[],
  change: (
    target: T,
    from: number,
    refuse: (field: string, code: string, message: string) => void,
  ) => { from: number; to: number },
): Planned[] {
  const { state } = context.shop;
  const plan: Planned[] = [];
  const reached = new Map<string, number>();
  targets.forEach((target, index) => {
    const refuse = (field: string, code: string, message: string): void => {
      errors.push({ field: [...path, String(index), field], code, message });
    };
    const item = state.items.get(idOf('InventoryItem', target.inventoryItemId) ?? '');
    const location = state.locations.find((one) => one.id === idOf('Location', target.locationId));
    if (item === undefined)
      refuse('inventoryItemId', 'INVALID_INVENTORY_ITEM', 'The specified inventory item could not be found.');
    if (location === undefined || !location.active)
      refuse('locationId', 'INVALID_LOCATION', 'The specified location could not be found.');
    if (item === undefined || location === undefined || !location.active) return;
    // Stricter than the platform, which lets an app set what it does not track: nothing would be sold against it.
    if (!item.tracked)
      refuse(
        'inventoryItemId',
        'NON_MUTABLE_INVENTORY_ITEM',
        'The specified inventory item is not allowed to be adjusted via API.',
      );
    const key = `${item.id} ${location.id}`;
    const level = item.levels.get(location.id);
    const from = reached.get(key) ?? (level === undefined ? 0 : quantityOf(level, name));
    if (target.changeFromQuantity != null && target.changeFromQuantity !== from) {
      refuse(
        'changeFromQuantity',
        'CHANGE_FROM_QUANTITY_STALE',
        'The changeFromQuantity argument no longer matches the persisted quantity.',
      );
    }
    const planned = { item, location, ...change(target, from, refuse) };
    reached.set(key, planned.to);
    plan.push(planned);
  });
  return plan;
}

function refuseDuplicates(targets: readonly Target[], errors: UserError[]): void {
  const seen = new Set<string>();
  targets.forEach(({ inventoryItemId, locationId }, index) => {
    const pair = `${inventoryItemId} ${locationId}`;
    if (seen.has(pair)) {
      const message = 'The combination of inventoryItemId and locationId must be unique.';
      errors.push({
        field: ['input', 'quantities', String(index)],
        code: 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
        message,
      });
    }
    seen.add(pair);
  });
}

/** Since 2026-10 any active location may be written: an item that was not stocked there becomes so. */
function apply(input: QuantitiesInput, plan: readonly Planned[], context: RequestContext): Payload {
  const { state, clock } = context.shop;
  const changes: unknown[] = [];
  for (const { item, location, from, to } of plan) {
    const level = state.connectLevel(item, location);
    const delta = to - from;
    state.changeLevel(level, { available: level.available + delta }, 'api');
    const change = { item, location, delta, ledgerDocumentUri: null };
    changes.push({ ...change, name: 'available', quantityAfterChange: level.available });
    changes.push({ ...change, name: 'on_hand', quantityAfterChange: level.available + level.committed });
  }
  const group = {
    id: state.ids.take(),
    createdAt: clock.nowToTheSecond(),
    reason: input.reason,
    referenceDocumentUri: input.referenceDocumentUri ?? null,
    changes,
  };
  return { inventoryAdjustmentGroup: group, userErrors: [] };
}
