/** Taking back what was posted: the ledger is never changed, so the reverse of every line is posted. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockVariants } from '#listings/changes.ts';
import { type DocumentType, type PostedDocument, postDocument } from '#listings/stock-document.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

interface Line extends Record<string, unknown> {
  variant_id: string;
  location_id: string;
  type: DocumentType;
  delta: number;
  created_at: Date;
}

/**
 * Throws not_found for what is no document of ours, conflict for one that was taken back already, invalid_input when units
 * of it are gone meanwhile.
 */
export async function undoDocument(hub: Hub, actor: Actor, documentId: string): Promise<PostedDocument> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const posted = await linesOf(tx, documentId);
    const [first] = posted;
    if (first === undefined) throw new AppError('not_found', 'There is no such document. Reload the page.');
    await lockVariants(
      tx,
      posted.map((line) => line.variant_id),
    );
    if (await isUndone(tx, documentId, first))
      throw new AppError('conflict', 'This was taken back already. Nothing was changed; reload the page.');
    const lines = posted.map((line, at) => ({
      variantId: line.variant_id,
      locationId: line.location_id,
      delta: -line.delta,
      path: `lines.${at}`,
    }));
    return await postDocument(hub, tx, actor, { type: first.type, reverses: documentId, note: '', lines, belowZero: false });
  });
}

/** A document's lines get their ids right after its own, and ids are ordered by time: no index by document is needed. */
const millisecondsBetween = 60_000;

async function linesOf(tx: Transaction, documentId: string): Promise<Line[]> {
  const { rows } = await tx.execute<Line>(sql`
    select variant_id, location_id, type, delta, created_at from inventory_transactions
    where organization_id = ${tx.organizationId} and id > ${documentId} and id < ${idLater(documentId, millisecondsBetween)}
      and document_id = ${documentId} and document_kind in ('receipt', 'transfer', 'stocktake') order by id`);
  return rows;
}

/** The lowest UUIDv7 of a moment so much later: its first 48 bits are milliseconds. */
function idLater(id: string, milliseconds: number): string {
  const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + milliseconds;
  const digits = Math.min(at, 0xffff_ffff_ffff).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
}

async function isUndone(tx: Transaction, documentId: string, line: Line): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    select from inventory_transactions where organization_id = ${tx.organizationId} and variant_id = ${line.variant_id}
      and location_id = ${line.location_id} and created_at >= ${line.created_at}
      and document_kind = 'reversal' and document_id = ${documentId} limit 1`);
  return rowCount !== 0;
}
