/** "Why is this 7?": the steps from stock and master price to what a listing should show, and what the platform said of it. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { ExplainStep } from '#base/explain.ts';
import type { Transaction } from '#db/transaction.ts';
import { type Causes, readCauses } from '#listings/causes.ts';
import { canonicalOf } from '#listings/changes.ts';
import {
  componentAt,
  desiredPrice,
  desiredQuantity,
  isRuled,
  placesOf,
  priceSteps,
  quantitySteps,
  shownPlaces,
} from '#listings/desired.ts';
import { heldSteps } from '#listings/explain-holds.ts';
import { type AddOrigins, readOrigins } from '#listings/explain-origins.ts';
import { type LevelKind, priceLevels, quantityLevels } from '#listings/level-rows.ts';
import { awaitsDecision } from '#listings/level-state.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { locationsAt, ownedAt } from '#stores/places.ts';

export interface Pushed {
  value: string | null;
  appliedAt: string | null;
  readAt: string | null;
  remote: string | null;
  knowledge: string;
}

export interface Explanation {
  steps: ExplainStep[];
  result: string | null;
  heldReason: string | null;
  pushed: Pushed | null;
}

/** What one of the platform's locations is to show. */
export interface PlaceExplained extends Omit<Explanation, 'steps'> {
  id: string;
  /** As the platform calls it; '' where it has no locations. */
  name: string;
  /** Those of ours that are shown there. */
  locations: string[];
  /** Whether the store counts it: no rule stands between. */
  isOwned: boolean;
}

export interface QuantityExplained extends Explanation {
  places: PlaceExplained[];
}

export async function explainListing(
  hub: Hub,
  actor: Actor,
  listingId: string,
): Promise<{ quantity: QuantityExplained; price: Explanation }> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const causes = (await readCauses(tx, sql`i.id = ${listingId}`, now)).get(listingId);
    if (causes === undefined)
      throw new AppError('not_found', 'There is no such listing. It may have been removed; reload the page.');
    const currency = await priceCurrency(tx, listingId, causes.store_currency);
    const price = desiredPrice(causes, currency, now);
    const withOrigins = await readOrigins(tx, causes, currency);
    return {
      quantity: await explainQuantity(hub, tx, causes, withOrigins, now),
      price: {
        steps: withOrigins(priceSteps(causes, currency, now)),
        result: price.desired,
        heldReason: price.heldReason ?? (await decisionAwaitedBy(tx, listingId)),
        pushed: await pushedOf(tx, priceLevels, listingId, ''),
      },
    };
  });
}

/** The figure of all places together, by the rule; and what each of them is to show. */
async function explainQuantity(
  hub: Hub,
  tx: Transaction,
  causes: Causes,
  withOrigins: AddOrigins,
  now: Date,
): Promise<QuantityExplained> {
  const main = causes.store_settings.remoteLocationId ?? '';
  const shown = shownPlaces(causes);
  const ours = shown.filter((place) => isRuled(placesOf(causes), place));
  // Where the store counts everything there is no rule to retell: what it counts at its main place is told.
  const told = ours.length > 0 ? ours : [main];
  const names = await readNames(tx, causes.store_id);
  const places: PlaceExplained[] = [];
  for (const id of shown.length > 0 ? shown : [main]) {
    const { desired, heldReason } = desiredQuantity(causes, id, canonicalOf(hub), now);
    places.push({
      id,
      name: names.theirs.get(id) ?? '',
      locations: locationsAt(placesOf(causes), id, [...names.ours.keys()]).map((ours) => names.ours.get(ours) ?? ''),
      isOwned: ownedAt(placesOf(causes), id) !== null,
      result: desired === null ? null : String(desired),
      heldReason,
      pushed: await pushedOf(tx, quantityLevels, causes.listing_id, id),
    });
  }
  const first = places.find(({ id }) => id === main) ?? places[0];
  const results = places.flatMap(({ result }) => (result === null ? [] : [Number(result)]));
  return {
    steps: [
      ...(causes.components === null ? await stockSteps(tx, causes, told) : await bundleSteps(tx, causes, told)),
      ...(await heldSteps(tx, causes, told, now)),
      ...withOrigins(await withStoreName(tx, quantitySteps(causes, now))),
    ],
    result: results.length === 0 ? null : String(results.reduce((sum, units) => sum + units, 0)),
    heldReason:
      places.find(({ heldReason }) => awaitsDecision(heldReason))?.heldReason ??
      (results.length === 0 ? (first?.heldReason ?? null) : null),
    pushed: first?.pushed ?? null,
    places,
  };
}

/** Of our open locations, in the order in which units are taken from them, and of the platform's. */
async function readNames(tx: Transaction, storeId: string): Promise<{ ours: Map<string, string>; theirs: Map<string, string> }> {
  const ours = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from inventory_locations where organization_id = ${tx.organizationId} and is_active order by priority, is_default desc, id`);
  const theirs = await tx.execute<{ id: string; name: string }>(sql`
    select x.id, x.name from stores s, jsonb_to_recordset(s.metadata->'locations') as x(id text, name text)
    where s.organization_id = ${tx.organizationId} and s.id = ${storeId}`);
  return {
    ours: new Map(ours.rows.map(({ id, name }) => [id, name])),
    theirs: new Map(theirs.rows.map(({ id, name }) => [id, name])),
  };
}

/** A price that is right by all its causes may still wait for a person's decision. */
async function decisionAwaitedBy(tx: Transaction, listingId: string): Promise<string | null> {
  const held = await tx.execute<{ reason: string | null }>(sql`
    select held_reason as reason from listing_prices where organization_id = ${tx.organizationId} and listing_id = ${listingId}`);
  const reason = held.rows[0]?.reason ?? null;
  return awaitsDecision(reason) ? reason : null;
}

/** What a bundle's availability comes from: what there is of each component at these places, by the units that it takes. */
async function bundleSteps(tx: Transaction, causes: Causes, places: readonly string[]): Promise<ExplainStep[]> {
  const { rows } = await tx.execute<{ variantId: string; title: string; sku: string }>(sql`
    select b.component_variant_id as "variantId", p.title || case when v.title in ('', 'Default Title') then '' else ' · ' || v.title end as title, v.sku
    from listings i
    join bundle_components b on b.organization_id = i.organization_id and b.bundle_variant_id = i.variant_id
    join product_variants v on v.organization_id = b.organization_id and v.id = b.component_variant_id
    join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where i.organization_id = ${tx.organizationId} and i.id = ${causes.listing_id} order by b.component_variant_id`);
  return rows.flatMap(({ variantId, title, sku }) => {
    const component = causes.components?.find((one) => one.variantId === variantId);
    if (component === undefined) return [];
    const available = places.reduce((sum, place) => sum + (componentAt(causes, place, component) ?? 0), 0);
    const { units } = component;
    return [
      {
        code: 'component',
        amount: String(Math.floor(available / units)),
        parameters: { variantId, title, sku, units, available },
      },
    ];
  });
}

interface Place extends Record<string, unknown> {
  id: string;
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

/** What lies where, of what these places show, and by which document it last became so, when. */
async function stockSteps(tx: Transaction, causes: Causes, places: readonly string[]): Promise<ExplainStep[]> {
  const items = await tx.execute<Place>(sql`
    select w.id, w.name, n.on_hand, n.reserved, ${lastLine('delta')} as counted, ${lastLine('reserved_delta')} as claimed from listings i
    join inventory_items n on n.organization_id = i.organization_id and n.variant_id = i.variant_id
    join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id and w.is_active
    where i.organization_id = ${tx.organizationId} and i.id = ${causes.listing_id} order by w.priority, w.name`);
  const ids = items.rows.map(({ id }) => id);
  const told = new Set(places.flatMap((place) => locationsAt(placesOf(causes), place, ids)));
  const step = (code: string, units: number, location: string, line: LedgerLine | null): ExplainStep => ({
    code,
    amount: String(units),
    parameters: { location, ...(line === null ? {} : documentOf(line)) },
  });
  const shown = items.rows.filter(({ id }) => told.has(id));
  return shown.flatMap((row) => [
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

async function pushedOf<V>(tx: Transaction, kind: LevelKind<V>, listingId: string, place: string): Promise<Pushed | null> {
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
