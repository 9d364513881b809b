/** Writing prices and the tracking switch: one product a call. Quantities stand in push-quantities.ts. */
import type { ListingRef, PriceWrite, Session, WriteResult } from '#connectors/connector.ts';
import { isPlatformError, type Refusal } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { parts } from '#connectors/shopify/levels.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import { indexIn, refusalOf } from '#connectors/shopify/refusals.ts';
import { answers, type UserError } from '#connectors/shopify/schema.ts';

/**
 * Sets prices, in the shop's own currency. When one of several calls fails, those before it keep their results and the rest
 * is left out (unknown); when the first fails, its error is thrown.
 */
export async function pushPrices(session: Session, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (const group of byProduct(writes, (write) => write.listing)) {
    const variants = group.map(({ listing, price, compareAt }) => ({
      id: listing.variantId,
      price: price.amount,
      ...(compareAt === undefined ? {} : { compareAtPrice: compareAt?.amount ?? null }),
    }));
    let refusals: (Refusal | null)[];
    try {
      refusals = await updateVariants(session, group[0]?.listing.productId ?? '', variants);
    } catch (thrown) {
      if (results.length === 0 || !isPlatformError(thrown)) throw thrown;
      return results;
    }
    group.forEach(({ writeId }, at) => {
      const refusal = refusals[at] ?? null;
      results.push(refusal === null ? { writeId, outcome: 'applied' } : { writeId, outcome: 'refused', refusal });
    });
  }
  return results;
}

/** Switches tracking on. Switching it on again changes nothing, so a failure half-way is thrown and all may be repeated. */
export async function enableTracking(
  session: Session,
  listings: readonly ListingRef[],
): Promise<{ variantId: string; refusal: Refusal | null }[]> {
  const results: { variantId: string; refusal: Refusal | null }[] = [];
  for (const group of byProduct(listings, (listing) => listing)) {
    const variants = group.map(({ variantId }) => ({ id: variantId, inventoryItem: { tracked: true } }));
    const refusals = await updateVariants(session, group[0]?.productId ?? '', variants);
    group.forEach(({ variantId }, at) => {
      results.push({ variantId, refusal: refusals[at] ?? null });
    });
  }
  return results;
}

function byProduct<T>(items: readonly T[], listingOf: (item: T) => ListingRef): T[][] {
  const groups = Map.groupBy(items, (item) => listingOf(item).productId);
  return [...groups.values()].flatMap((group) => parts(group, shopifyManifest.limits.pricesPerCall));
}

/**
 * One refusal, or null, per variant. Partial updates are allowed: what no error names was applied, unless an error names
 * no variant at all (the product is gone): that one is everybody's.
 */
async function updateVariants(session: Session, productId: string, variants: object[]): Promise<(Refusal | null)[]> {
  const answer = await ask(session, documents.updateVariants, { productId, variants }, answers.updateVariants);
  const { userErrors } = answer.productVariantsBulkUpdate;
  const named = new Map<number, UserError>();
  for (const error of userErrors) {
    const at = indexIn(error);
    if (at !== null && !named.has(at)) named.set(at, error);
  }
  const everybodys = userErrors.find((error) => indexIn(error) === null);
  return variants.map((_, at) => {
    const error = named.get(at) ?? everybodys;
    return error === undefined ? null : refusalOf(error);
  });
}
