/**
 * The one place where figures of inventory items change. Every change is `on_hand + delta` with its ledger line, in one
 * statement each; the caller's transaction then recomputes what the stores should show.
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import type { TransactionType } from '#inventory/inventory.ts';

export interface StockLine {
  variantId: string;
  locationId: string;
  delta: number;
  /** Change of what is reserved; 0 when absent. */
  reservedDelta?: number;
  type: TransactionType;
  documentKind: string;
  documentId: string | null;
  note: string | null;
  createdBy: string | null;
}

/**
 * Locks the items in (variant, location) order. Call before any level is locked. Items that do not exist are not returned.
 */
export async function lockItems(
  tx: Transaction,
  variantIds: readonly string[],
): Promise<{ variantId: string; locationId: string; onHand: number; reserved: number }[]> {
  const result = await tx.execute<{ variant_id: string; location_id: string; on_hand: number; reserved: number }>(
    sql`
    select variant_id, location_id, on_hand, reserved from inventory_items
    where organization_id = ${tx.organizationId} and variant_id = any(${sql.param([...variantIds])}::uuid[])
    order by variant_id, location_id for update`,
    'kept',
  );
  return result.rows.map((row) => ({
    variantId: row.variant_id,
    locationId: row.location_id,
    onHand: row.on_hand,
    reserved: row.reserved,
  }));
}

/** Posts lines. Items that do not exist yet begin with this line as their baseline. */
export async function book(tx: Transaction, lines: readonly StockLine[], now: Date): Promise<void> {
  if (lines.length === 0) return;
  const ordered = [...lines].sort((a, b) => (a.variantId + a.locationId < b.variantId + b.locationId ? -1 : 1));
  const rows = ordered.map((line) => ({
    id: newId(),
    variant_id: line.variantId,
    location_id: line.locationId,
    type: line.type,
    delta: line.delta,
    reserved_delta: line.reservedDelta ?? 0,
    document_kind: line.documentKind,
    document_id: line.documentId,
    note: line.note,
    created_by: line.createdBy,
  }));
  const json = JSON.stringify(rows);
  const changes = sql`select x.variant_id, x.location_id, sum(x.delta) as delta, sum(x.reserved_delta) as reserved_delta
    from json_to_recordset(${json}::json) as x(variant_id uuid, location_id uuid, delta integer, reserved_delta integer)
    group by x.variant_id, x.location_id order by x.variant_id, x.location_id`;
  const items = sql`insert into inventory_items as n (organization_id, variant_id, location_id, on_hand, reserved, baseline_at, baseline_kind, updated_at)`;
  const begun = sql`${now}::timestamptz, 'available', ${now}::timestamptz from (${changes}) c`;
  if (rows.every((row) => row.delta >= 0 && row.reserved_delta >= 0)) {
    await tx.execute(sql`
      ${items} select ${tx.organizationId}::uuid, c.variant_id, c.location_id, c.delta, c.reserved_delta, ${begun}
      on conflict (organization_id, variant_id, location_id) do update set on_hand = n.on_hand + excluded.on_hand,
        reserved = n.reserved + excluded.reserved, updated_at = excluded.updated_at`);
  } else {
    // Not as one upsert: a check holds for the row that is proposed, and a change may be below nothing.
    await tx.execute(sql`
      ${items} select ${tx.organizationId}::uuid, c.variant_id, c.location_id, 0, 0, ${begun}
      on conflict (organization_id, variant_id, location_id) do nothing`);
    await tx.execute(sql`
      update inventory_items n set on_hand = n.on_hand + c.delta, reserved = n.reserved + c.reserved_delta, updated_at = ${now}
      from (${changes}) c where n.organization_id = ${tx.organizationId} and n.variant_id = c.variant_id and n.location_id = c.location_id`);
  }
  await tx.execute(sql`
    insert into inventory_transactions (organization_id, id, variant_id, location_id, type, delta, reserved_delta, document_kind, document_id, note, created_by, created_at)
    select ${tx.organizationId}::uuid, x.id, x.variant_id, x.location_id, x.type, x.delta, x.reserved_delta, x.document_kind, x.document_id, x.note, x.created_by, ${now}::timestamptz
    from json_to_recordset(${json}::json) as x(id uuid, variant_id uuid, location_id uuid, type text, delta integer, reserved_delta integer, document_kind text, document_id text, note text, created_by text)`);
}

/** The location that counts until others are mapped. Throws when the organization has none (first run makes it). */
export async function defaultLocationId(tx: Transaction): Promise<string> {
  const result = await tx.execute<{ id: string }>(
    sql`select id from inventory_locations where organization_id = ${tx.organizationId} and is_default`,
  );
  const [row] = result.rows;
  if (row === undefined)
    throw new AppError('misconfigured', 'The organization has no default location. Make one under Inventory.');
  return row.id;
}
