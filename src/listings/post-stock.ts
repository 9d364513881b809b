/**
 * Stock documents of a person: goods received, moved between locations, counted. Each is one document: all of its lines or
 * none, one ledger line each, and every store follows.
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, defaultLocationId, lockItems, type StockLine } from '#inventory/book.ts';
import type { TransactionType } from '#inventory/inventory.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

const largestFigure = 1_000_000_000;

export interface StockCount {
  variantId: string;
  locationId: string;
  onHand: number;
}

interface Wanted {
  variantId: string;
  locationId: string;
  delta: number;
  /** Path of the input that asks for it, for errors. */
  path: string;
}

/**
 * Goods that came in. Throws invalid_input for a variant or location that is not there (issues name the lines), or a
 * figure that is no positive whole number.
 */
export async function receiveStock(
  hub: Hub,
  actor: Actor,
  receipt: { locationId?: string | undefined; note: string; lines: readonly { variantId: string; units: number }[] },
): Promise<StockCount[]> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const locationId = receipt.locationId ?? (await defaultLocationId(tx));
    const wanted = receipt.lines.map(({ variantId, units }, at) => ({
      variantId,
      locationId,
      delta: units,
      path: `lines.${at}`,
    }));
    return await post(hub, tx, actor, 'receipt', receipt.note, wanted, false);
  });
}

/** Units that were moved. Below nothing at the place they leave only when `belowZero` says that this is meant. */
export async function transferStock(
  hub: Hub,
  actor: Actor,
  transfer: {
    fromLocationId: string;
    toLocationId: string;
    note: string;
    belowZero: boolean;
    lines: readonly { variantId: string; units: number }[];
  },
): Promise<StockCount[]> {
  if (transfer.fromLocationId === transfer.toLocationId) {
    const message = 'Choose two different locations.';
    throw new AppError('invalid_input', message, { issues: [{ path: 'toLocationId', message }] });
  }
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const wanted = transfer.lines.flatMap(({ variantId, units }, at): Wanted[] => [
      { variantId, locationId: transfer.fromLocationId, delta: -units, path: `lines.${at}` },
      { variantId, locationId: transfer.toLocationId, delta: units, path: `lines.${at}` },
    ]);
    return await post(hub, tx, actor, 'transfer', transfer.note, wanted, transfer.belowZero);
  });
}

export interface Difference {
  variantId: string;
  sku: string;
  title: string;
  booked: number;
  counted: number;
  difference: number;
}

/** What was counted against what is booked at this moment; with `apply` the differences are posted in the same transaction. */
export async function takeStock(
  hub: Hub,
  actor: Actor,
  stocktake: {
    locationId?: string | undefined;
    note: string;
    apply: boolean;
    lines: readonly { variantId: string; counted: number }[];
  },
): Promise<Difference[]> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const locationId = stocktake.locationId ?? (await defaultLocationId(tx));
    const variantIds = stocktake.lines.map(({ variantId }) => variantId);
    await assertOnce(variantIds);
    await lockVariants(tx, variantIds);
    const items = await lockItems(tx, variantIds);
    const booked = new Map(items.filter((item) => item.locationId === locationId).map((item) => [item.variantId, item.onHand]));
    const wanted = stocktake.lines.map(({ variantId, counted }, at) => ({
      variantId,
      locationId,
      delta: counted - (booked.get(variantId) ?? 0),
      path: `lines.${at}`,
    }));
    const names = await namesOf(tx, wanted);
    if (stocktake.apply) await post(hub, tx, actor, 'stocktake', stocktake.note, wanted, false);
    return stocktake.lines.map(({ variantId, counted }) => {
      const before = booked.get(variantId) ?? 0;
      return { variantId, ...names(variantId), booked: before, counted, difference: counted - before };
    });
  });
}

function assertOnce(variantIds: readonly string[]): void {
  const seen = new Set<string>();
  const issues = variantIds.flatMap((id, at) =>
    seen.size === seen.add(id).size
      ? [{ path: `lines.${at}`, message: 'It stands in the list twice; add the two counts up.' }]
      : [],
  );
  if (issues.length > 0) throw new AppError('invalid_input', 'A variant is counted twice. Nothing was changed.', { issues });
}

/** Throws when a variant is not ours or is archived. */
async function namesOf(tx: Transaction, wanted: readonly Wanted[]): Promise<(id: string) => { sku: string; title: string }> {
  const { rows } = await tx.execute<{ id: string; sku: string; title: string }>(sql`
    select v.id, v.sku, case when v.title = '' then p.title else p.title || ' / ' || v.title end as title
    from product_variants v join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where v.organization_id = ${tx.organizationId} and v.archived_at is null and v.id = any(${sql.param(wanted.map((one) => one.variantId))}::uuid[])`);
  const names = new Map(rows.map(({ id, sku, title }) => [id, { sku, title }]));
  const issues = wanted
    .filter((one) => !names.has(one.variantId))
    .map(({ path }) => ({ path, message: 'There is no such variant.' }));
  if (issues.length > 0)
    throw new AppError('invalid_input', 'A variant in the list is not there any more. Nothing was changed; reload the page.', {
      issues,
    });
  return (id) => names.get(id) ?? { sku: '', title: '' };
}

async function assertLocations(tx: Transaction, wanted: readonly Wanted[]): Promise<void> {
  const ids = [...new Set(wanted.map(({ locationId }) => locationId))];
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from inventory_locations where organization_id = ${tx.organizationId} and is_active and id = any(${sql.param(ids)}::uuid[])`);
  if (rows.length < ids.length)
    throw new AppError('invalid_input', 'There is no such location, or it is closed. Choose another one under Inventory.', {
      issues: [{ path: 'locationId', message: 'Choose an open location.' }],
    });
}

async function post(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  type: Extract<TransactionType, 'receipt' | 'transfer' | 'stocktake'>,
  note: string,
  wanted: readonly Wanted[],
  belowZero: boolean,
): Promise<StockCount[]> {
  const now = hub.clock.now();
  const variantIds = [...new Set(wanted.map(({ variantId }) => variantId))];
  await assertLocations(tx, wanted);
  const names = await namesOf(tx, wanted);
  await lockVariants(tx, variantIds);
  const items = await lockItems(tx, variantIds);
  const onHand = new Map(items.map((item) => [`${item.variantId} ${item.locationId}`, item.onHand]));
  const issues: { path: string; message: string }[] = [];
  for (const { variantId, locationId, delta, path } of wanted) {
    const before = onHand.get(`${variantId} ${locationId}`) ?? 0;
    const after = before + delta;
    onHand.set(`${variantId} ${locationId}`, after);
    if ((after < 0 && delta < 0 && !belowZero) || Math.abs(after) > largestFigure)
      issues.push({ path, message: `${names(variantId).title}: there are ${before}; this would leave ${after}.` });
  }
  if (issues.length > 0)
    throw new AppError(
      'invalid_input',
      'There is less than that. Nothing was changed; correct the figures, or say that it is meant.',
      {
        issues,
      },
    );
  const documentId = newId();
  const lines = wanted
    .filter(({ delta }) => delta !== 0)
    .map(({ variantId, locationId, delta }): StockLine => {
      return { variantId, locationId, delta, type, documentKind: type, documentId, note, createdBy: actor.userId };
    });
  await book(tx, lines, now);
  await causesChanged(hub, tx, ofVariants(variantIds), { stockOnly: true });
  await audit(tx, actor, `stock.${type}`, type, documentId, { lines: lines.length }, now);
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'inventory', ids: variantIds.slice(0, 100) }));
  const places = new Map(wanted.map(({ variantId, locationId }) => [`${variantId} ${locationId}`, { variantId, locationId }]));
  return [...places].map(([key, where]) => ({ ...where, onHand: onHand.get(key) ?? 0 }));
}
