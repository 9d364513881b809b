import { and, desc, eq, sql } from 'drizzle-orm';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { auditLog } from '#organizations/organizations-tables.ts';

export interface AuditFilter {
  action?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
}

/** A page of the audit trail, newest first. */
export async function listAuditLog(
  tx: Transaction,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<typeof auditLog.$inferSelect>> {
  const after = page.after;
  const rows = await tx
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.organizationId, tx.organizationId),
        filter.action === undefined ? undefined : eq(auditLog.action, filter.action),
        filter.subjectKind === undefined ? undefined : eq(auditLog.subjectKind, filter.subjectKind),
        filter.subjectId === undefined ? undefined : eq(auditLog.subjectId, filter.subjectId),
        after === null ? undefined : sql`(${auditLog.createdAt}, ${auditLog.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(auditLog.createdAt), desc(auditLog.id))
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
}
