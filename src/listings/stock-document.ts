/**
 * One document of the stock ledger: all of its lines or none, one ledger line each, and every store follows.
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, lockItems, type StockLine } from '#inventory/book.ts';
import type { TransactionType } from '#inventory/inventory.ts';
import { assertCountable } from '#listings/bundle-stock.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

const largestFigure = 1_000_000_000;

export type DocumentType = Extract<TransactionType, 'receipt' | 'transfer' | 'stocktake'>;

export interface StockCount {
  variantId: string;
  locationId: string;
  onHand: number;
}

export interface WantedLine {
  variantId: string;
  locationId: string;
  delta: number;
  /** Path of the input that asks for it, for errors. */
  path: string;
}

export interface PostedDocument {
  /** Null when nothing differed, so that nothing was posted. */
  documentId: string | null;
  items: StockCount[];
}

export interface StockDocument {
  type: DocumentType;
  /** The document that this one takes back, if it does. */
  reverses?: string;
  note: string;
  lines: readonly WantedLine[];
  /** Whether less than nothing may be left. */
  belowZero: boolean;
}

/** Throws invalid_input, with an issue for each line that cannot be posted; then nothing is. */
export async function postDocument(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  { type, reverses, note, lines, belowZero }: StockDocument,
): Promise<PostedDocument> {
  const now = hub.clock.now();
  const variantIds = [...new Set(lines.map(({ variantId }) => variantId))];
  await assertLocations(tx, lines);
  const names = await namesOf(tx, lines);
  await lockVariants(tx, variantIds);
  // What was posted before it became a bundle can be taken back: its history stays true.
  if (reverses === undefined) await assertCountable(tx, lines);
  const onHand = new Map((await lockItems(tx, variantIds)).map((item) => [placeOf(item), item.onHand]));
  const issues: { path: string; message: string }[] = [];
  for (const line of lines) {
    const { delta, path } = line;
    const before = onHand.get(placeOf(line)) ?? 0;
    const after = before + delta;
    onHand.set(placeOf(line), after);
    if ((after < 0 && delta < 0 && !belowZero) || Math.abs(after) > largestFigure)
      issues.push({ path, message: `${names(line.variantId).title}: there are ${before}; this would leave ${after}.` });
  }
  if (issues.length > 0) throw tooFew(issues);
  const documentId = newId();
  const posted = lines
    .filter(({ delta }) => delta !== 0)
    .map(({ variantId, locationId, delta }): StockLine => {
      const document = { documentKind: reverses === undefined ? type : 'reversal', documentId: reverses ?? documentId };
      return { variantId, locationId, delta, type, ...document, note, createdBy: actor.userId };
    });
  await book(tx, posted, now);
  await causesChanged(hub, tx, ofVariants(variantIds), { stockOnly: true });
  const action = reverses === undefined ? `stock.${type}` : 'stock.reversal';
  await audit(tx, actor, action, type, reverses ?? documentId, { lines: posted.length }, now);
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'inventory', ids: variantIds.slice(0, 100) }));
  const places = new Map(
    lines.map(({ variantId, locationId }) => [placeOf({ variantId, locationId }), { variantId, locationId }]),
  );
  return {
    documentId: posted.length === 0 ? null : documentId,
    items: [...places].map(([key, where]) => ({ ...where, onHand: onHand.get(key) ?? 0 })),
  };
}

const placeOf = ({ variantId, locationId }: { variantId: string; locationId: string }): string => `${variantId} ${locationId}`;

const tooFew = (issues: { path: string; message: string }[]) =>
  new AppError('invalid_input', 'There is less than that. Nothing was changed; correct the figures, or say that it is meant.', {
    issues,
  });

/** Throws when a variant is not ours or is archived. */
export async function namesOf(
  tx: Transaction,
  wanted: readonly WantedLine[],
): Promise<(id: string) => { sku: string; title: string }> {
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

async function assertLocations(tx: Transaction, wanted: readonly WantedLine[]): Promise<void> {
  const ids = [...new Set(wanted.map(({ locationId }) => locationId))];
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from inventory_locations where organization_id = ${tx.organizationId} and is_active and id = any(${sql.param(ids)}::uuid[])`);
  if (rows.length < ids.length)
    throw new AppError('invalid_input', 'There is no such location, or it is closed. Choose another one under Inventory.', {
      issues: [{ path: 'locationId', message: 'Choose an open location.' }],
    });
}
