import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { auditLog } from '#organizations/organizations-tables.ts';

/**
 * Writes one line of the audit trail, in the transaction that does the thing. `action` is `<noun>.<verb>`, such as
 * `store.disconnected`; `details` never hold credentials or a person's name, e-mail or address.
 */
export async function audit(
  tx: Transaction,
  actor: Actor,
  action: string,
  subjectKind: string,
  subjectId: string | null,
  details: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await tx.insert(auditLog).values({
    organizationId: tx.organizationId,
    id: newId(),
    actorId: actor.userId,
    actorKind: actor.kind,
    action,
    subjectKind,
    subjectId,
    details,
    createdAt: now,
  });
}
