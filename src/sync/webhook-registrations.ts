/** Compares what is registered at the platform with what we want there, daily and after connecting, and repairs it. */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { WebhookRegistration } from '#connectors/connector.ts';
import { isPlatformError, Refused } from '#connectors/errors.ts';
import { holdFence } from '#stores/lease.ts';
import { noteFailure } from '#sync/store-health.ts';
import type { Turn } from '#sync/turn.ts';

const compareEverySeconds = 86_400;

/** Where this platform is told to call us; null without a public address: polling only. */
export function webhookUrl(turn: Turn): string | null {
  const { publicUrl } = turn.hub.config;
  return publicUrl === null ? null : `${publicUrl}/webhooks/${turn.connector.manifest.id}`;
}

export async function compareWebhooks(turn: Turn): Promise<void> {
  const url = webhookUrl(turn);
  const { store, connector, hub } = turn;
  const checkedAt = store.metadata.webhooksCheckedAt;
  const topics = topicsOf(turn);
  const upToDate =
    typeof checkedAt === 'string' &&
    secondsAfter(new Date(checkedAt), compareEverySeconds) > hub.clock.now() &&
    store.metadata.webhooksUrl === url &&
    // A newer version may listen to more.
    store.metadata.webhooksTopics === topics;
  const wanted = store.settings.webhooksEnabled && connector.manifest.capabilities.webhooks;
  if (url === null || upToDate || !wanted) return;
  const used = turn.session.credentials;
  try {
    const present = await connector.webhooks.list(turn.session);
    const kept: WebhookRegistration[] = [];
    for (const topic of connector.manifest.webhookTopics) {
      const right = present.find((one) => one.topic === topic && one.url === url);
      for (const wrong of present.filter((one) => one.topic === topic && one !== right && isOurs(one.url, url)))
        await connector.webhooks.unregister(turn.session, wrong);
      const one = right ?? (await register(turn, topic, url));
      if (one !== null) kept.push(one);
    }
    await save(turn, kept, url);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    await noteFailure(turn, thrown, used);
    hub.log.warn({ storeId: store.id, err: messageOf(thrown) }, 'webhook registrations could not be compared; polling goes on');
  }
}

/** Null where the platform refuses this topic, of things that it does not show us: the others are still registered. */
async function register(
  { connector, session, hub, store }: Turn,
  topic: string,
  url: string,
): Promise<WebhookRegistration | null> {
  try {
    return await connector.webhooks.register(session, topic, url);
  } catch (thrown) {
    if (!(thrown instanceof Refused) || thrown.wholeStore) throw thrown;
    hub.log.warn({ storeId: store.id, topic, err: messageOf(thrown) }, 'a webhook topic was refused; polling goes on');
    return null;
  }
}

/** Left from an earlier address of ours: same path on another host. Others' registrations are not touched. */
function isOurs(registered: string, url: string): boolean {
  return URL.canParse(registered) && new URL(registered).pathname === new URL(url).pathname;
}

const topicsOf = ({ connector }: Turn): string => connector.manifest.webhookTopics.join(' ');

async function save(turn: Turn, kept: readonly WebhookRegistration[], url: string): Promise<void> {
  const { hub, lease, store } = turn;
  const now = hub.clock.now();
  const checked = { webhooksCheckedAt: now.toISOString(), webhooksUrl: url, webhooksTopics: topicsOf(turn) };
  store.metadata = { ...store.metadata, ...checked };
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    // Beside what others have noted there since this turn began.
    await tx.execute(
      sql`update stores set metadata = metadata || ${JSON.stringify(checked)}::jsonb where organization_id = ${tx.organizationId} and id = ${store.id}`,
    );
    for (const one of kept) {
      await tx.execute(sql`
        insert into webhook_endpoints (organization_id, id, store_id, platform_webhook_id, topic, url, is_active, checked_at, created_at)
        values (${tx.organizationId}, ${newId()}, ${store.id}, ${one.id}, ${one.topic}, ${one.url}, true, ${now}, ${now})
        on conflict (organization_id, store_id, topic) do update set platform_webhook_id = excluded.platform_webhook_id, url = excluded.url, is_active = true, checked_at = excluded.checked_at`);
    }
  });
}
