/** "Why is this 7?": the steps from stock and master price to what a listing should show, and what the platform said of it. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { ExplainStep } from '#base/explain.ts';
import type { Transaction } from '#db/transaction.ts';
import { canonicalOf } from '#listings/changes.ts';
import { type LevelKind, priceLevels, quantityLevels } from '#listings/level-rows.ts';
import { awaitsDecision } from '#listings/level-state.ts';
import { desiredPrice, desiredQuantity, feedsStore, priceSteps, quantitySteps, readCauses } from '#listings/recompute.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

export interface Explanation {
  steps: ExplainStep[];
  result: string | null;
  heldReason: string | null;
  pushed: {
    value: string | null;
    appliedAt: string | null;
    readAt: string | null;
    remote: string | null;
    knowledge: string;
  } | null;
}

export async function explainListing(
  hub: Hub,
  actor: Actor,
  listingId: string,
): Promise<{ quantity: Explanation; price: Explanation }> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const causes = (await readCauses(tx, sql`i.id = ${listingId}`, now)).get(listingId);
    if (causes === undefined)
      throw new AppError('not_found', 'There is no such listing. It may have been removed; reload the page.');
    const place = causes.store_settings.remoteLocationId ?? '';
    const quantity = desiredQuantity(causes, place, canonicalOf(hub), now);
    const currency = await priceCurrency(tx, listingId, causes.store_currency);
    const price = desiredPrice(causes, currency, now);
    return {
      quantity: {
        steps: [
          ...(causes.is_bundle ? await bundleSteps(tx, listingId, now) : await stockSteps(tx, listingId)),
          ...(causes.held_units === 0
            ? []
            : [
                {
                  code: 'held_units',
                  amount: String(-causes.held_units),
                  parameters: { until: causes.held_until?.toISOString() ?? '' },
                },
              ]),
          ...(await withStoreName(tx, quantitySteps(causes, now))),
        ],
        result: quantity.desired === null ? null : String(quantity.desired),
        heldReason: quantity.heldReason,
        pushed: await pushedOf(tx, quantityLevels, listingId, place),
      },
      price: {
        steps: priceSteps(causes, currency, now),
        result: price.desired,
        heldReason: price.heldReason ?? (await decisionAwaitedBy(tx, listingId)),
        pushed: await pushedOf(tx, priceLevels, listingId, ''),
      },
    };
  });
}

/** A price that is right by all its causes may still wait for a person's decision. */
async function decisionAwaitedBy(tx: Transaction, listingId: string): Promise<string | null> {
  const held = await tx.execute<{ reason: string | null }>(sql`
    select held_reason as reason from listing_prices where organization_id = ${tx.organizationId} and listing_id = ${listingId}`);
  const reason = held.rows[0]?.reason ?? null;
  return awaitsDecision(reason) ? reason : null;
}

/** What a bundle's availability comes from: what there is of each component, by the units that it takes. */
async function bundleSteps(tx: Transaction, listingId: string, now: Date): Promise<ExplainStep[]> {
  const components = await tx.execute<{ variantId: string; title: string; sku: string; units: number; available: number }>(sql`
    select b.component_variant_id as "variantId", p.title || case when v.title in ('', 'Default Title') then '' else ' · ' || v.title end as title, v.sku, b.units, coalesce((
        select sum(n.on_hand - n.reserved) from inventory_items n
        join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id and w.is_active
        where n.organization_id = b.organization_id and n.variant_id = b.component_variant_id and ${feedsStore}), 0)::int - coalesce((
        select sum(h.units) from listing_holds h where h.organization_id = b.organization_id and h.variant_id = b.component_variant_id
          and (h.reason = 'locked_by_platform' or h.until > ${now})), 0)::int as available
    from listings i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    left join organization_settings o on o.organization_id = i.organization_id
    join bundle_components b on b.organization_id = i.organization_id and b.bundle_variant_id = i.variant_id
    join product_variants v on v.organization_id = b.organization_id and v.id = b.component_variant_id
    join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where i.organization_id = ${tx.organizationId} and i.id = ${listingId} order by b.component_variant_id`);
  return components.rows.map(({ available, units, ...component }) => ({
    code: 'component',
    amount: String(Math.floor(available / units)),
    parameters: { ...component, units, available },
  }));
}

interface Place extends Record<string, unknown> {
  name: string;
  on_hand: number;
  reserved: number;
  /** The ledger's last lines that changed the one and the other. */
  counted: LedgerLine | null;
  claimed: LedgerLine | null;
}

interface LedgerLine {
  at: string;
  type: string;
  documentKind: string | null;
  documentId: string | null;
}

const lastLine = (field: 'delta' | 'reserved_delta') => sql`(
  select json_build_object('at', t.created_at, 'type', t.type, 'documentKind', t.document_kind, 'documentId', t.document_id)
  from inventory_transactions t where t.organization_id = n.organization_id and t.variant_id = n.variant_id and t.location_id = n.location_id
    and t.${sql.raw(field)} <> 0 order by t.created_at desc, t.id desc limit 1)`;

/** What lies where, and by which document it last became so, when. */
async function stockSteps(tx: Transaction, listingId: string): Promise<ExplainStep[]> {
  const items = await tx.execute<Place>(sql`
    select w.name, n.on_hand, n.reserved, ${lastLine('delta')} as counted, ${lastLine('reserved_delta')} as claimed from listings i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    left join organization_settings o on o.organization_id = i.organization_id
    join inventory_items n on n.organization_id = i.organization_id and n.variant_id = i.variant_id
    join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id and w.is_active and ${feedsStore}
    where i.organization_id = ${tx.organizationId} and i.id = ${listingId} order by w.priority, w.name`);
  const step = (code: string, units: number, location: string, line: LedgerLine | null): ExplainStep => ({
    code,
    amount: String(units),
    parameters: { location, ...(line === null ? {} : documentOf(line)) },
  });
  return items.rows.flatMap((row) => [
    step('on_hand', row.on_hand, row.name, row.counted),
    ...(row.reserved === 0 ? [] : [step('reserved', -row.reserved, row.name, row.claimed)]),
  ]);
}

const documentOf = ({ at, type, documentKind, documentId }: LedgerLine): ExplainStep['parameters'] => ({
  changedAt: new Date(at).toISOString(),
  type,
  documentKind: documentKind ?? '',
  documentId: documentId ?? '',
});

/** The store that the last units are left to, by its name. */
async function withStoreName(tx: Transaction, steps: readonly ExplainStep[]): Promise<ExplainStep[]> {
  const storeId = steps.find(({ code }) => code === 'last_units')?.parameters.storeId;
  if (storeId === undefined) return [...steps];
  const found = await tx.execute<{ name: string }>(
    sql`select name from stores where organization_id = ${tx.organizationId} and id = ${storeId}::uuid`,
  );
  const store = found.rows[0]?.name ?? '';
  return steps.map((step) => (step.code === 'last_units' ? { ...step, parameters: { ...step.parameters, store } } : step));
}

async function priceCurrency(tx: Transaction, listingId: string, fallback: string): Promise<string> {
  const result = await tx.execute<{ currency: string }>(
    sql`select currency from listing_prices where organization_id = ${tx.organizationId} and listing_id = ${listingId}`,
  );
  return result.rows[0]?.currency ?? fallback;
}

async function pushedOf<V>(
  tx: Transaction,
  kind: LevelKind<V>,
  listingId: string,
  place: string,
): Promise<Explanation['pushed']> {
  const here = kind.name === 'quantity' ? sql`and l.remote_location_id = ${place}` : sql``;
  const result = await tx.execute<{
    value: string | null;
    applied: Date | null;
    read: Date | null;
    remote: string | null;
    knowledge: string;
  }>(sql`
    select l.last_applied_value::text as value, l.last_applied_at as applied, l.last_read_at as read, l.remote::text as remote, l.knowledge
    from ${kind.table} l where l.organization_id = ${tx.organizationId} and l.listing_id = ${listingId} ${here}`);
  const [row] = result.rows;
  if (row === undefined) return null;
  return {
    value: row.value,
    appliedAt: row.applied?.toISOString() ?? null,
    readAt: row.read?.toISOString() ?? null,
    remote: row.remote,
    knowledge: row.knowledge,
  };
}
