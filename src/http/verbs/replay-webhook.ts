import { and, eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { workFor } from '#stores/work-for.ts';
import { webhookEvents } from '#webhooks/webhooks-tables.ts';

/** Has the store's next turn work on an event once more. Harmless: an event is only a hint to look. */
export async function replayWebhook(hub: Hub, actor: Actor, eventId: string): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const [event] = await tx
      .update(webhookEvents)
      .set({ processedAt: null, errorMessage: null, retryCount: 0 })
      .where(and(eq(webhookEvents.organizationId, tx.organizationId), eq(webhookEvents.id, eventId)))
      .returning({ storeId: webhookEvents.storeId });
    if (event === undefined)
      throw new AppError('not_found', 'There is no such webhook event. Old ones are removed after 30 days.');
    await workFor(hub, tx, [event.storeId]);
    await audit(tx, actor, 'webhook_event.replayed', 'webhook_event', eventId, {}, now);
  });
}
