/** Which topics the platform is told to call us for. The payload's version is the app's, not the registration's. */
import type { Session, WebhookRegistration } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import { allPages, ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { answers } from '#connectors/shopify/schema.ts';

export async function list(session: Session): Promise<WebhookRegistration[]> {
  const page = async (after: string | null) =>
    (await ask(session, documents.webhooks, { after }, answers.webhooks)).webhookSubscriptions;
  const all = await allPages(await page(null), page);
  return (all ?? []).map(({ id, topic, uri }) => ({ id, topic, url: uri }));
}

/** Throws Refused('webhook_refused') when the platform does not take the topic or the address. */
export async function register(session: Session, topic: string, url: string): Promise<WebhookRegistration> {
  const webhook = { uri: url, format: 'JSON' };
  const { webhookSubscriptionCreate } = await ask(session, documents.addWebhook, { topic, webhook }, answers.addWebhook);
  const { webhookSubscription: made, userErrors } = webhookSubscriptionCreate;
  if (made !== null) return { id: made.id, topic: made.topic, url: made.uri };
  const detail = userErrors.map((error) => error.message).join('; ');
  throw new Refused({ code: 'webhook_refused', parameters: { topic, detail } });
}

/** One that is gone already is as good as removed: an answer with userErrors is one too. */
export async function unregister(session: Session, registration: WebhookRegistration): Promise<void> {
  await ask(session, documents.removeWebhook, { id: registration.id }, answers.removeWebhook);
}
