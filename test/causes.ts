/** I1 and I5, asked of the database as it stands. */
import { sql } from 'drizzle-orm';
import { canonicalOf } from '#listings/changes.ts';
import { desiredPrice, desiredQuantity, readCauses } from '#listings/recompute.ts';
import type { TestHub } from './hub.ts';

/** Items whose figures are not the sums of their ledger lines (I1). */
export async function itemsOffTheirLedger(test: TestHub): Promise<Record<string, unknown>[]> {
  return await test.rows(sql`
    select n.variant_id, n.on_hand, t.on_hand as ledger from inventory_items n
    left join (select variant_id, location_id, sum(delta) as on_hand, sum(reserved_delta) as reserved from inventory_transactions
      where organization_id = ${test.organizationId} group by 1, 2) t using (variant_id, location_id)
    where n.organization_id = ${test.organizationId} and (n.on_hand is distinct from t.on_hand or n.reserved is distinct from t.reserved)`);
}

interface Stored extends Record<string, unknown> {
  listing_id: string;
  place: string;
  currency: string;
  desired: string | null;
  held_reason: string | null;
  rules_version: number;
}

/** Levels at the current rules version whose desired value does not follow from their causes (I5). */
export async function levelsOffTheirCauses(test: TestHub): Promise<string[]> {
  return await test.within(async (tx) => {
    const causes = await readCauses(tx, sql`true`, test.clock.now());
    const of = sql`organization_id = ${test.organizationId}`;
    const levels = await tx.execute<Stored>(
      sql`select listing_id, remote_location_id as place, '' as currency, desired::text, held_reason, rules_version from listing_levels where ${of}`,
    );
    const prices = await tx.execute<Stored>(
      sql`select listing_id, '' as place, currency, desired::text, held_reason, rules_version from listing_prices where ${of}`,
    );
    const off = (row: Stored, kind: string, should: { desired: string | number | null; heldReason: string | null }) => {
      const same =
        row.desired === null || should.desired === null
          ? row.desired === should.desired
          : Number(row.desired) === Number(should.desired);
      return same && row.held_reason === should.heldReason
        ? []
        : [
            `${kind} of ${row.listing_id}: ${row.desired} (${row.held_reason}), should be ${should.desired} (${should.heldReason})`,
          ];
    };
    const current = (row: Stored) => causes.get(row.listing_id)?.rules_version === row.rules_version;
    return [
      ...levels.rows.filter(current).flatMap((row) => {
        const cause = causes.get(row.listing_id);
        return cause === undefined ? [] : off(row, 'quantity', desiredQuantity(cause, row.place, canonicalOf(test.hub)));
      }),
      ...prices.rows.filter(current).flatMap((row) => {
        const cause = causes.get(row.listing_id);
        return cause === undefined ? [] : off(row, 'price', desiredPrice(cause, row.currency, test.clock.now()));
      }),
    ];
  });
}
