/**
 * A store's currency as the platform names it now. When it is no longer ours, every price of the store is held until a
 * person has decided: a number that was right in one currency must not be sent in another.
 */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { makeDue } from '#stores/stores-store.ts';

/** The currency that was found and is not decided upon; null when there is none. */
export const currencyFound = (metadata: Record<string, unknown>): string | null =>
  typeof metadata.currencyFound === 'string' ? metadata.currencyFound : null;

/** Holds the store's prices: its next turn recomputes them. Does nothing when this very currency is known already. */
export async function holdForCurrency(tx: Transaction, storeId: string, found: string, now: Date): Promise<void> {
  const held = await tx.execute(sql`
    update stores set metadata = metadata || ${JSON.stringify({ currencyFound: found })}::jsonb, rules_version = rules_version + 1, updated_at = ${now}
    where organization_id = ${tx.organizationId} and id = ${storeId} and metadata->>'currencyFound' is distinct from ${found}`);
  if (held.rowCount !== 0) await makeDue(tx, storeId, now);
}

/** The old currency is believed to be back: prices are read, and so judged anew, before anything is sent. */
export async function releaseCurrency(tx: Transaction, storeId: string, now: Date): Promise<void> {
  await tx.execute(sql`
    update stores set metadata = metadata - 'currencyFound', rules_version = rules_version + 1, updated_at = ${now}
    where organization_id = ${tx.organizationId} and id = ${storeId}`);
  await tx.execute(sql`
    update listing_prices set ${doubted} where organization_id = ${tx.organizationId} and store_id = ${storeId}`);
}

/**
 * Prices are in the new currency from now on; what was known in the old one is forgotten. The source store's are pulled
 * whole, and taken over as they stand there.
 */
export async function acceptCurrency(
  tx: Transaction,
  storeId: string,
  { from, to, isSource }: { from: string; to: string; isSource: boolean },
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    update stores set currency = ${to}, metadata = metadata - 'currencyFound', rules_version = rules_version + 1, updated_at = ${now},
      catalog_cursor = case when ${isSource} then null else catalog_cursor end, last_pulled_at = case when ${isSource} then null else last_pulled_at end
    where organization_id = ${tx.organizationId} and id = ${storeId}`);
  await tx.execute(sql`
    update listing_prices set currency = ${to}, remote = null, remote_compare_at = null, last_applied_value = null, replaced_value = null, lost_value = null,
      refused_for = null, refusal = null, unconfirmed = 0, ${doubted}
    where organization_id = ${tx.organizationId} and store_id = ${storeId} and currency = ${from}`);
}

/** As an event "doubted" would; `eligible` follows when the store's turn recomputes. */
const doubted = sql`knowledge = case when knowledge = 'in_flight' then 'in_flight' else 'unknown' end, write_voided = true, read_fence = read_fence + 1, eligible = false`;
