import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

/** Of these documents those that were taken back. */
export async function undoneDocuments(tx: Transaction, documentIds: readonly string[]): Promise<Set<string>> {
  if (documentIds.length === 0) return new Set();
  const { rows } = await tx.execute<{ id: string }>(sql`
    select distinct document_id as id from inventory_transactions
    where organization_id = ${tx.organizationId} and document_kind = 'reversal'
      and document_id = any(${sql.param([...new Set(documentIds)])}::text[])`);
  return new Set(rows.map(({ id }) => id));
}
