/** I1 and I5, asked of the database as it stands. */
import { sql } from 'drizzle-orm';
import type { Clock } from '#base/clock.ts';
import { sameAmount } from '#base/money.ts';
import { type Causes, readCauses } from '#listings/causes.ts';
import { canonicalOf } from '#listings/changes.ts';
import { type Desired, desiredPrice, desiredQuantity, disputeOver } from '#listings/desired.ts';
import type { BookedFrom } from '#orders/orders.ts';
import { beyondBaseline, beyondOwned } from '#orders/stock-effect.ts';
import type { TestHub } from './hub.ts';

/** What is asked of a hub, whatever it runs on. */
export type Books = Pick<TestHub, 'hub' | 'organizationId' | 'rows' | 'within'> & { clock: Clock };

/** Items whose figures are not the sums of their ledger lines (I1). */
export async function itemsOffTheirLedger(test: Books): Promise<Record<string, unknown>[]> {
  return await test.rows(sql`
    select n.variant_id, n.on_hand, t.on_hand as ledger from inventory_items n
    left join (select variant_id, location_id, sum(delta) as on_hand, sum(reserved_delta) as reserved from inventory_transactions
      where organization_id = ${test.organizationId} group by 1, 2) t using (variant_id, location_id)
    where n.organization_id = ${test.organizationId} and (n.on_hand is distinct from t.on_hand or n.reserved is distinct from t.reserved)`);
}

interface Stored extends Record<string, unknown> {
  compare_at: string | null;
  listing_id: string;
  place: string;
  currency: string;
  desired: string | null;
  held_reason: string | null;
  rules_version: number;
  next_change_at: Date | null;
}

const disputed = (wanted: Desired<string>, causes: Causes): Desired<string> => ({
  ...wanted,
  heldReason: wanted.heldReason ?? disputeOver(causes, 'price', ''),
});

/** Levels at the current rules version whose desired value does not follow from their causes (I5). */
export async function levelsOffTheirCauses(test: Books): Promise<string[]> {
  return await test.within(async (tx) => {
    const causes = await readCauses(tx, sql`true`, test.clock.now());
    const of = sql`organization_id = ${test.organizationId}`;
    const levels = await tx.execute<Stored>(
      sql`select listing_id, remote_location_id as place, '' as currency, desired::text, null as compare_at, held_reason, rules_version, next_change_at from listing_levels where ${of}`,
    );
    const prices = await tx.execute<Stored>(
      sql`select listing_id, '' as place, currency, desired::text, desired_compare_at::text as compare_at, held_reason, rules_version, next_change_at from listing_prices where ${of}`,
    );
    const off = (row: Stored, kind: string, should: Desired<string | number>, takesCompareAt = false) => {
      const same =
        row.desired === null || should.desired === null
          ? row.desired === should.desired
          : Number(row.desired) === Number(should.desired);
      const crossedOut = takesCompareAt ? (should.compareAt ?? null) : null;
      return same && row.held_reason === should.heldReason && sameAmount(row.compare_at, crossedOut)
        ? []
        : [
            `${kind} of ${row.listing_id}: ${row.desired} (${row.held_reason}), should be ${should.desired} (${should.heldReason})`,
          ];
    };
    // What older rules have made, or a moment that has come is about to change, is recomputed with the store's next turn.
    const isDue = (row: Stored) => row.next_change_at !== null && row.next_change_at <= test.clock.now();
    const current = (row: Stored) => causes.get(row.listing_id)?.rules_version === row.rules_version && !isDue(row);
    return [
      ...levels.rows.filter(current).flatMap((row) => {
        const cause = causes.get(row.listing_id);
        return cause === undefined
          ? []
          : off(row, 'quantity', desiredQuantity(cause, row.place, canonicalOf(test.hub), test.clock.now()));
      }),
      ...prices.rows.filter(current).flatMap((row) => {
        const cause = causes.get(row.listing_id);
        return cause === undefined
          ? []
          : off(
              row,
              'price',
              disputed(desiredPrice(cause, row.currency, test.clock.now()), cause),
              canonicalOf(test.hub).takesCompareAt(cause.platform),
            );
      }),
    ];
  });
}

/** Order items whose bookings are not what their newest snapshot wants, and items of stock whose reserved units no order booked (I2). */
export async function ordersOffTheirBookings(test: Books): Promise<string[]> {
  return await test.within(async (tx) => {
    const items = await tx.execute<{
      id: string;
      reserved: number;
      shipped: number;
      restocked: number;
      location: string | null;
      shares: { locationId: string; units: number }[] | null;
      named: string[];
      main: string;
      booked_from: BookedFrom[] | null;
      booked: { variantId: string; reserved: number; shipped: number; restocked: number }[] | null;
    }>(sql`
      select i.id, i.reserved, i.shipped, i.restocked, i.booked_from, i.platform_location_id as location, i.shares,
        array(select jsonb_object_keys(coalesce(s.settings->'locationMap', '{}')) union select jsonb_array_elements_text(coalesce(s.settings->'emptyPlaces', '[]'))) as named, coalesce(s.settings->>'remoteLocationId', '') as main, (
        select json_agg(b) from (
          select variant_id as "variantId", sum(reserved)::int as reserved, sum(shipped)::int as shipped, sum(restocked)::int as restocked
          from order_bookings where organization_id = ${test.organizationId} and item_id = i.id group by variant_id) b) as booked
      from order_items i join stores s on s.organization_id = i.organization_id and s.id = i.store_id where i.organization_id = ${test.organizationId}`);
    const off = items.rows.filter(({ booked_from, booked, location, shares, named, main, ...wanted }) => {
      const shippedFrom = (shares ?? [{ locationId: location, units: 0 }]).map(({ locationId, units }) => ({
        place: locationId !== null && named.includes(locationId) ? locationId : main,
        units,
      }));
      const expected = (booked_from ?? []).map(({ variantId, units, baseline, ownedPlaces = [] }) => {
        const { reserved, shipped, restocked } = beyondBaseline(beyondOwned(wanted, shippedFrom, ownedPlaces), baseline);
        return { variantId, reserved: reserved * units, shipped: shipped * units, restocked: restocked * units };
      });
      const found = (booked ?? []).filter((one) => one.reserved !== 0 || one.shipped !== 0 || one.restocked !== 0);
      const meant = expected.filter((one) => one.reserved !== 0 || one.shipped !== 0 || one.restocked !== 0);
      return JSON.stringify(found) !== JSON.stringify(meant);
    });
    const stock = await tx.execute<{ variant_id: string }>(sql`
      select n.variant_id from inventory_items n left join (
        select variant_id, location_id, sum(reserved) as reserved from order_bookings where organization_id = ${test.organizationId} group by 1, 2
      ) b on b.variant_id = n.variant_id and b.location_id = n.location_id
      where n.organization_id = ${test.organizationId} and n.reserved <> coalesce(b.reserved, 0)`);
    return [...off.map(({ id }) => `item ${id}`), ...stock.rows.map(({ variant_id }) => `stock of ${variant_id}`)];
  });
}
