/** Writing quantities, prices and the tracking switch. */
import { createHash } from 'node:crypto';
import type { ListingRef, PriceWrite, QuantityWrite, Session, WriteResult } from '#connectors/connector.ts';
import { MalformedResponse, PlatformUnavailable, type Refusal } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { answers, type UserError } from '#connectors/shopify/schema.ts';

/** Each further call leaves out at least one quantity that was stale or refused. */
const callsAtMost = 20;

/**
 * One call takes all quantities or none. Those that it names as stale or refused are taken out and the others sent again,
 * under a key of their own: what was refused applied nothing.
 */
export async function pushQuantities(session: Session, writes: readonly QuantityWrite[]): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  let left = [...writes];
  for (let call = 0; left.length > 0 && call < callsAtMost; call++) {
    const errors = await setQuantities(session, left);
    if (errors.length === 0) {
      results.push(...left.map(({ writeId }): WriteResult => ({ writeId, outcome: 'applied' })));
      return results;
    }
    const judged = judge(left, errors);
    results.push(...judged);
    const done = new Set(judged.map((result) => result.writeId));
    left = left.filter((write) => !done.has(write.writeId));
  }
  return results;
}

async function setQuantities(session: Session, writes: readonly QuantityWrite[]): Promise<UserError[]> {
  const input = {
    name: 'available',
    reason: 'correction',
    referenceDocumentUri: `gid://storesync/Push/${keyOf(writes)}`,
    quantities: writes.map(({ ref, quantity, replaces }) => ({
      inventoryItemId: ref.listing.inventoryId,
      locationId: ref.locationId,
      quantity,
      changeFromQuantity: replaces,
    })),
  };
  const answer = await ask(session, documents.setQuantities, { input, key: keyOf(writes) }, answers.setQuantities, { cost: 10 + writes.length, repeatable: true });
  if (answer.inventorySetQuantities === null) throw new MalformedResponse('SetQuantities answered nothing');
  return answer.inventorySetQuantities.userErrors;
}

/** One UUID for one set of writes, the same whenever it is sent again. */
function keyOf(writes: readonly QuantityWrite[]): string {
  const hex = createHash('sha256').update(writes.map((write) => write.writeId).join('\n')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function judge(writes: readonly QuantityWrite[], errors: readonly UserError[]): WriteResult[] {
  const [first] = errors;
  if (first?.code === 'IDEMPOTENCY_CONCURRENT_REQUEST') {
    // The same call is still being worked on: whether it applies is not known yet.
    throw new PlatformUnavailable('The same write is still being worked on', { mayHaveApplied: true, answer: answerOf(first) });
  }
  const named = new Map<string, UserError>();
  for (const error of errors) {
    const write = writes[indexIn(error)];
    if (write !== undefined) named.set(write.writeId, error);
  }
  // An error that names no quantity concerns them all.
  const all = named.size === 0 ? writes.flatMap((write) => (first === undefined ? [] : [[write.writeId, first] as const])) : [...named];
  return all.map(([writeId, error]) => (error.code === 'CHANGE_FROM_QUANTITY_STALE' ? { writeId, outcome: 'stale' } : { writeId, outcome: 'refused', refusal: refusalOf(error) }));
}

/** ["input", "quantities", "3", "changeFromQuantity"] -> 3 */
function indexIn(error: UserError): number {
  const index = error.field?.find((part) => /^\d+$/.test(part));
  return index === undefined ? -1 : Number(index);
}

const known: Readonly<Record<string, string>> = {
  INVALID_INVENTORY_ITEM: 'item_gone',
  INVALID_LOCATION: 'location_gone',
  NON_MUTABLE_INVENTORY_ITEM: 'item_not_changeable',
  INVALID_QUANTITY_TOO_HIGH: 'quantity_too_high',
  INVALID_QUANTITY_TOO_LOW: 'quantity_too_low',
  INVALID_QUANTITY_NEGATIVE: 'quantity_too_low',
  PRODUCT_DOES_NOT_EXIST: 'product_gone',
  PRODUCT_VARIANT_DOES_NOT_EXIST: 'variant_gone',
  GREATER_THAN_OR_EQUAL_TO: 'price_negative',
};

function refusalOf(error: UserError): Refusal {
  return { code: known[error.code ?? ''] ?? 'write_refused', parameters: { detail: error.message }, answer: answerOf(error) };
}

const answerOf = (error: UserError) => ({ code: error.code ?? '', message: error.message });

export async function pushPrices(session: Session, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (const [productId, group] of Map.groupBy(writes, (write) => write.listing.productId)) {
    const errors = await updateVariants(session, productId, group.map(({ listing, price }) => ({ id: listing.variantId, price: price.amount })));
    const named = new Map(errors.flatMap((error) => (indexIn(error) === -1 ? [] : [[indexIn(error), error] as const])));
    const whole = errors.find((error) => indexIn(error) === -1);
    group.forEach(({ writeId }, at) => {
      const error = named.get(at) ?? whole;
      results.push(error === undefined ? { writeId, outcome: 'applied' } : { writeId, outcome: 'refused', refusal: refusalOf(error) });
    });
  }
  return results;
}

export async function enableTracking(session: Session, listings: readonly ListingRef[]): Promise<{ variantId: string; refusal: Refusal | null }[]> {
  const results: { variantId: string; refusal: Refusal | null }[] = [];
  for (const [productId, group] of Map.groupBy(listings, (listing) => listing.productId)) {
    const errors = await updateVariants(session, productId, group.map(({ variantId }) => ({ id: variantId, inventoryItem: { tracked: true } })));
    const named = new Map(errors.flatMap((error) => (indexIn(error) === -1 ? [] : [[indexIn(error), error] as const])));
    const whole = errors.find((error) => indexIn(error) === -1);
    group.forEach(({ variantId }, at) => {
      const error = named.get(at) ?? whole;
      results.push({ variantId, refusal: error === undefined ? null : refusalOf(error) });
    });
  }
  return results;
}

/** The same values again change nothing: a price or the switch is set, not added. */
async function updateVariants(session: Session, productId: string, variants: Record<string, unknown>[]): Promise<UserError[]> {
  const answer = await ask(session, documents.updateVariants, { productId, variants }, answers.updateVariants, { cost: 10 + variants.length });
  if (answer.productVariantsBulkUpdate === null) throw new MalformedResponse('UpdateVariants answered nothing');
  return answer.productVariantsBulkUpdate.userErrors;
}
