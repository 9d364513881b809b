/** A shop has one address per event type and app; a registration has no id but its type. */
import type { Session, WebhookRegistration } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { refused } from '#connectors/tiktok_shop/refusals.ts';
import { nothing, webhookList } from '#connectors/tiktok_shop/schema.ts';

/** Update Shop Webhook: "max length: 255 characters". */
const longestAddress = 255;

export async function listWebhooks(session: Session): Promise<WebhookRegistration[]> {
  const { data } = await call(session, { operation: operations.getShopWebhooks, answer: webhookList });
  return data.webhooks.map(({ event_type: topic, address: url }) => ({ id: topic, topic, url }));
}

/** Replaces the address that stood there. Throws Refused(webhook_refused) for an address that the platform does not take. */
export async function registerWebhook(session: Session, topic: string, url: string): Promise<WebhookRegistration> {
  if (url.length > longestAddress) throw refused('webhook_refused', { message: `longer than ${longestAddress} characters` });
  try {
    await call(session, { operation: operations.updateShopWebhook, body: { address: url, event_type: topic }, answer: nothing });
  } catch (thrown) {
    if (!(thrown instanceof Refused) || thrown.refusal.code !== 'platform_refused') throw thrown;
    throw refused('webhook_refused', { message: thrown.answer.message ?? '' }, thrown.answer);
  }
  return { id: topic, topic, url };
}

export async function unregisterWebhook(session: Session, registration: WebhookRegistration): Promise<void> {
  await call(session, { operation: operations.deleteShopWebhook, body: { event_type: registration.topic }, answer: nothing });
}
