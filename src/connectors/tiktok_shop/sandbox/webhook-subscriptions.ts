import { isIP } from 'node:net';
import { z } from 'zod';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { isOnThisMachine } from '#connectors/tiktok_shop/sandbox/consent-page.ts';
import { refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import type { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';

/** The topics that Update Shop Webhook takes. Inventory status change (27) is not among them: it comes by Partner Center alone. */
const subscribable = [
  'ORDER_STATUS_CHANGE',
  'RECIPIENT_ADDRESS_UPDATE',
  'PACKAGE_UPDATE',
  'PRODUCT_STATUS_CHANGE',
  'SELLER_DEAUTHORIZATION',
  'UPCOMING_AUTHORIZATION_EXPIRATION',
  'CANCELLATION_STATUS_CHANGE',
  'RETURN_STATUS_CHANGE',
  'NEW_CONVERSATION',
  'NEW_MESSAGE',
  'PRODUCT_INFORMATION_CHANGE',
  'PRODUCT_CREATION',
  'PRODUCT_CATEGORY_CHANGE',
  'NEW_MESSAGE_LISTENER',
  'INVOICE_STATUS_CHANGE',
  'PRODUCT_AUDIT_STATUS_CHANGE',
  'REVERSE_STATUS_UPDATE',
] as const;

interface Subscription {
  address: string;
  createSeconds: number;
  updateSeconds: number;
}

/** Where the shop's webhooks go: an address for each topic, else the app's one address from Partner Center. */
export class WebhookSubscriptions {
  readonly #clock: ShopClock;
  readonly #byTopic = new Map<string, Subscription>();
  /** The address entered in Partner Center, which receives every topic that has none of its own. */
  appAddress: string | null;

  constructor(clock: ShopClock, appAddress: string | null) {
    this.#clock = clock;
    this.appAddress = appAddress;
  }

  addressFor(topic: string): string | null {
    return this.#byTopic.get(topic)?.address ?? this.appAddress;
  }

  entries(): [string, Subscription][] {
    return [...this.#byTopic];
  }

  put(topic: string, address: string): void {
    const now = this.#clock.seconds();
    this.#byTopic.set(topic, { address, createSeconds: this.#byTopic.get(topic)?.createSeconds ?? now, updateSeconds: now });
  }

  remove(topic: string): void {
    this.#byTopic.delete(topic);
  }
}

const topicSchema = z.enum(subscribable);

/** Get Shop Webhooks. */
export function listWebhooks(_call: ApiCall, floor: ShopFloor): object {
  const webhooks = floor.subscriptions.entries().map(([topic, subscription]) => ({
    address: subscription.address,
    create_time: subscription.createSeconds,
    event_type: topic,
    update_time: subscription.updateSeconds,
  }));
  return { total_count: webhooks.length, webhooks };
}

/** Update Shop Webhook: sets the address of one topic, replacing the one before. */
export function putWebhook(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, z.strictObject({ address: z.string(), event_type: topicSchema }));
  const fault = faultOfWebhookUrl(body.address);
  if (fault !== null) refuseParameter(`Invalid parameter. address: ${fault}`);
  floor.subscriptions.put(body.event_type, body.address);
  return {};
}

/** Delete Shop Webhook: succeeds whether or not there was one. */
export function deleteWebhook(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, z.strictObject({ event_type: topicSchema }));
  floor.subscriptions.remove(body.event_type);
  return {};
}

/**
 * What is wrong with a webhook address, or null. Source: "Webhook configuration overview" and Update Shop Webhook: https,
 * a domain name, no port, at most 255 characters. For practice an address on this machine will do.
 */
export function faultOfWebhookUrl(address: string): string | null {
  if (address.length > 255) return 'must have at most 255 characters';
  if (!URL.canParse(address)) return 'must be a URL';
  if (isOnThisMachine(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:') return 'must be https';
  // `port` is empty for the scheme's own port, which the rule forbids as well: look at what was written.
  if (url.port !== '' || /^https:\/\/[^/?#]*:\d*([/?#]|$)/i.test(address)) return 'must not have a port';
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0 || !url.hostname.includes('.'))
    return 'must be a domain name, not an IP address';
  return null;
}
