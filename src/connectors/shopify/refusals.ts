/** What the platform's userErrors mean in the words of messages.ts. */
import type { PlatformAnswer, Refusal } from '#connectors/errors.ts';
import type { UserError } from '#connectors/shopify/schema.ts';

/** InventorySetQuantitiesUserErrorCode and ProductVariantsBulkUpdateUserErrorCode, as far as a seller can act on them. */
export const refusalCodes: Readonly<Record<string, string>> = {
  INVALID_INVENTORY_ITEM: 'item_gone',
  INVALID_LOCATION: 'location_gone',
  NON_MUTABLE_INVENTORY_ITEM: 'item_not_changeable',
  INVALID_QUANTITY_TOO_HIGH: 'quantity_too_high',
  INVALID_QUANTITY_TOO_LOW: 'quantity_too_low',
  INVALID_QUANTITY_NEGATIVE: 'quantity_too_low',
  PRODUCT_DOES_NOT_EXIST: 'product_gone',
  PRODUCT_VARIANT_DOES_NOT_EXIST: 'variant_gone',
  MUST_BE_FOR_THIS_PRODUCT: 'variant_gone',
  PRODUCT_SUSPENDED: 'product_suspended',
  GREATER_THAN_OR_EQUAL_TO: 'price_negative',
  NEGATIVE_PRICE_VALUE: 'price_negative',
  LOCAL_CURRENCY_GIFT_CARD_PRICE_MUST_BE_ZERO: 'gift_card_price',
  SUBSCRIPTION_VIOLATION: 'subscription_violation',
};

/** Codes of inventorySetQuantities that say how to go on, and refuse nothing. */
export const quantityCodes = {
  stale: 'CHANGE_FROM_QUANTITY_STALE',
  concurrent: 'IDEMPOTENCY_CONCURRENT_REQUEST',
  attemptFailed: 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED',
  keyMismatch: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
} as const;

/** BulkOperationUserErrorCode: other exports of the shop are still running. */
export const exportBusyCodes: readonly string[] = ['LIMIT_REACHED', 'OPERATION_IN_PROGRESS'];

export function refusalOf(error: UserError): Refusal {
  return {
    code: refusalCodes[error.code ?? ''] ?? 'write_refused',
    parameters: { detail: error.message },
    answer: answerOf(error),
  };
}

export const answerOf = (error: UserError): PlatformAnswer => ({ code: error.code ?? '', message: error.message });

/** Which element of the sent list an error names: ["input", "quantities", "3", "quantity"] -> 3; null when none. */
export function indexIn(error: UserError): number | null {
  const index = error.field?.find((part) => /^\d+$/.test(part));
  return index === undefined ? null : Number(index);
}
