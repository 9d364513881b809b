/** What a listing's desired values follow from, read in one statement. */
import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import type { StockRule } from '#inventory/stock-rule.ts';
import type { DriftCause, DriftField } from '#listings/drifts.ts';
import type { ListingSettings } from '#listings/listings.ts';
import type { PriceRule } from '#pricing/price-rule.ts';
import type { StoredSlowness } from '#stores/slowness.ts';
import type { StoreSettings } from '#stores/stores.ts';

/** How many of a variant are available at one of our locations; none at a closed one. */
export interface Counted {
  id: string;
  available: number;
}

/** Units kept back from a store, of the locations named; null: of any. */
export interface Held {
  units: number;
  locationIds: readonly string[] | null;
}

/** What a bundle takes of a variant, and what there is of it. */
export interface ComponentStock {
  variantId: string;
  units: number;
  stock: readonly Counted[];
  held: readonly Held[];
}

/** A figure that was found there in place of ours, and is held until somebody has decided which one is to count. */
export interface Dispute {
  field: DriftField;
  /** As in drifts. */
  place: string;
  cause: DriftCause;
}

export interface Causes extends Record<string, unknown> {
  listing_id: string;
  store_id: string;
  platform: string;
  status: string;
  state: string;
  stock_policy: string;
  sync_price: boolean;
  sync_inventory: boolean;
  settings: ListingSettings;
  store_settings: StoreSettings;
  store_currency: string;
  store_timezone: string;
  slow: StoredSlowness | null;
  refresh_expires_at: Date | null;
  organization_price_rule: PriceRule | null;
  organization_stock_rule: StockRule | null;
  /** Whether the store that its rule leaves the last units to has the thing linked too. */
  last_units_listed: boolean;
  /** What the platform names instead by now, while nobody has decided what is to follow. */
  currency_found: string | null;
  disputes: readonly Dispute[];
  rules_version: number;
  is_source: boolean;
  tracked: boolean | null;
  price: string | null;
  price_currency: string | null;
  compare_at: string | null;
  cost: string | null;
  /** Of a bundle; null of what is not made of others. */
  components: readonly ComponentStock[] | null;
  /** Where it is counted; of a bundle nothing. */
  stock: readonly Counted[];
  /** Our open locations whose count the store owns, the default one first. */
  owned: readonly string[];
  /** Where at the platform the listing has a figure; null: at the store's main place alone. */
  places: readonly string[] | null;
  /** Units kept back, and until when the first of them are. */
  holds: readonly Held[];
  held_until: Date | null;
  rate: string | null;
  rate_stated_at: Date | null;
}

/** The rule in force decides whether to look: few name a store for the last units. */
const stockRuleInForce = sql`coalesce(i.settings->'stockRule', nullif(s.settings->'stockRule', 'null'::jsonb), o.settings->'stockRule')`;
const lastUnitsListed = sql`case when ${stockRuleInForce}->'lastUnits'->>'storeId' is null then false else exists (
  select from listings j join stores t on t.organization_id = j.organization_id and t.id = j.store_id and t.status <> 'disconnected'
  where j.organization_id = i.organization_id and j.variant_id = i.variant_id and j.status = 'linked'
    and j.store_id = (${stockRuleInForce}->'lastUnits'->>'storeId')::uuid) end`;

const countedOf = (variantId: SQL): SQL => sql`(
  select coalesce(json_agg(json_build_object('id', n.location_id, 'available', case when w.is_active then n.on_hand - n.reserved else 0 end)), '[]')
  from inventory_items n join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id
  where n.organization_id = i.organization_id and n.variant_id = ${variantId})`;

const heldOf = (where: SQL): SQL => sql`(
  select coalesce(json_agg(json_build_object('units', h.units, 'locationIds', h.location_ids)), '[]')
  from listing_holds h where h.organization_id = i.organization_id and ${where})`;

const componentsOf = (now: Date): SQL => sql`(
  select json_agg(json_build_object('variantId', b.component_variant_id, 'units', b.units, 'stock', ${countedOf(sql`b.component_variant_id`)},
    'held', ${heldOf(sql`h.variant_id = b.component_variant_id and (h.reason = 'locked_by_platform' or h.until > ${now})`)}))
  from bundle_components b where b.organization_id = i.organization_id and b.bundle_variant_id = i.variant_id)`;

/**
 * Of the variant of `i`, a listing of the store `s`. What a platform does not give up stays for sale there, and until it does:
 * at the same listing only what stands where nothing is to be sold is missing elsewhere.
 */
export const heldBack = (
  now: Date,
): SQL => sql`h.variant_id = i.variant_id and case when h.reason <> 'locked_by_platform' then h.until > ${now}
  else h.listing_id <> i.id or coalesce(s.settings->'emptyPlaces', '[]') ? h.remote_location_id end`;

/**
 * Those of the listings concerned, read once: looked up for each listing, a table that fills while the plan is kept would be
 * walked through for each.
 */
const openDrifts = (tx: Transaction, where: SQL): SQL => sql`
  select listing_id, variant_id, field, remote_location_id, currency, cause from drifts where organization_id = ${tx.organizationId} and state in ('seen', 'waiting')
    and listing_id = any(array(select i.id from listings i where i.organization_id = ${tx.organizationId} and ${where}))`;

/**
 * Of what the listing is linked to now. A quantity that nobody owns there is put back whatever is decided; of too many at once
 * only what is as it was asked about is held.
 */
const disputes = sql`(
  select coalesce(json_agg(json_build_object('field', d.field, 'place', d.remote_location_id, 'cause', d.cause)), '[]') from open_drifts d
  where d.listing_id = i.id and d.variant_id = i.variant_id
    and case when d.cause = 'too_many' then d.field = 'quantity' or d.currency = p.currency else d.field = 'price' end)`;

/** Our open locations that a store owns; evaluated once for all rows. */
const ownedBy = (tx: Transaction): SQL => sql`coalesce((
  select json_object_agg(x.store, x.ids) from (
    select w.owner_store_id as store, json_agg(w.id order by w.is_default desc, w.id) as ids from inventory_locations w
    where w.organization_id = ${tx.organizationId} and w.is_active and w.owner_store_id is not null group by 1) x)->(i.store_id::text), '[]')`;

/** Reads the causes of listings chosen by `where` (alias `i` for listings). `plan`: see Transaction.execute. */
export async function readCauses(tx: Transaction, where: SQL, now: Date, plan?: 'kept'): Promise<Map<string, Causes>> {
  const result = await tx.execute<Causes>(
    sql`
    with open_drifts as materialized (${openDrifts(tx, where)})
    select i.id as listing_id, i.store_id, s.platform, i.status, i.state, i.stock_policy, i.sync_price, i.sync_inventory, i.settings,
      s.settings as store_settings, s.currency as store_currency, s.timezone as store_timezone, s.slow, s.refresh_expires_at,
      o.settings->'priceRule' as organization_price_rule, o.settings->'stockRule' as organization_stock_rule, ${lastUnitsListed} as last_units_listed, s.metadata->>'currencyFound' as currency_found,
      ${disputes} as disputes, s.rules_version, coalesce(o.source_store_id = s.id, false) as is_source,
      v.tracked, v.price, v.currency as price_currency, v.compare_at_price as compare_at, v.cost_price as cost,
      case when v.is_bundle then coalesce(${componentsOf(now)}, '[]') end as components, case when v.is_bundle then '[]' else ${countedOf(sql`i.variant_id`)} end as stock,
      ${ownedBy(tx)} as owned,
      case when coalesce(s.settings->'locationMap', '{}') <> '{}' or coalesce(s.settings->'emptyPlaces', '[]') <> '[]' then to_json(array(
        select q.remote_location_id from listing_levels q where q.organization_id = i.organization_id and q.listing_id = i.id order by 1)) end as places,
      ${heldOf(heldBack(now))} as holds,
      (select min(h.until) from listing_holds h where h.organization_id = i.organization_id and h.reason = 'unexplained_drop' and ${heldBack(now)}) as held_until,
      r.rate, r.stated_at as rate_stated_at
    from listings i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    left join organization_settings o on o.organization_id = i.organization_id
    left join product_variants v on v.organization_id = i.organization_id and v.id = i.variant_id
    left join listing_prices p on p.organization_id = i.organization_id and p.listing_id = i.id
    left join exchange_rates r on r.organization_id = i.organization_id and r.base = v.currency and r.quote = coalesce(p.currency, s.currency)
    where i.organization_id = ${tx.organizationId} and ${where}`,
    plan,
  );
  return new Map(result.rows.map((row) => [row.listing_id, row]));
}
