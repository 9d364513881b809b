/**
 * Subscriptions and deliveries. A delivery is signed over its raw body, has 5 seconds, is repeated up to 8 times over
 * 4 hours with the original body, and when the eighth repetition fails too, the subscription is deleted.
 * Sources: https://shopify.dev/docs/apps/build/webhooks/verify-deliveries, https://shopify.dev/changelog/updates-to-webhook-retry-mechanism.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { messageOf } from '#base/errors.ts';
import type { PracticeTraffic } from '#connectors/practice.ts';
import type { Faults } from '#connectors/shopify/sandbox/faults.ts';
import { idOf } from '#connectors/shopify/sandbox/ids.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';

/** Waits before each repetition, together 4 hours. */
const retrySeconds = [60, 120, 300, 600, 1200, 2400, 3600, 6120];
const timeoutSeconds = 5;
/** So many are on their way at once; the others queue. */
const concurrency = 20;

export interface Subscription {
  id: string;
  topic: string;
  uri: string;
  format: string;
  name: string | null;
  includeFields: string[];
  metafieldNamespaces: string[];
  createdAt: number;
  updatedAt: number;
}

export type Deliver = (url: string, init: { headers: Record<string, string>; body: string }) => Promise<number>;

export interface SenderOptions {
  clock: ShopClock;
  faults: Faults;
  domain: string;
  apiVersion: string;
  clientSecret: string;
  timeScale: number;
  deliver: Deliver;
  record(entry: PracticeTraffic): void;
}

interface Delivery {
  subscription: Subscription;
  headers: Record<string, string>;
  body: string;
  attempts: number;
}

export interface SentWebhook {
  at: string;
  topic: string;
  url: string;
  status: number;
}

export class WebhookSender {
  readonly subscriptions = new Map<string, Subscription>();
  readonly counters = { sent: 0, failed: 0 };
  /** The latest attempts, oldest first: for the practice page. */
  readonly recent: SentWebhook[] = [];
  readonly #options: SenderOptions;
  readonly #queue: Delivery[] = [];
  #underWay = 0;
  #closed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  find(globalId: string): Subscription | null {
    return this.subscriptions.get(idOf('WebhookSubscription', globalId) ?? '') ?? null;
  }

  hasSubscribers(topic: string): boolean {
    for (const subscription of this.subscriptions.values()) if (subscription.topic === topic) return true;
    return false;
  }

  /** Sends to everyone who subscribed; `body` is only made when someone did. */
  send(topic: string, makeBody: (includeFields: readonly string[]) => string): void {
    const eventId = randomUUID();
    const triggeredAt = new Date(this.#options.clock.now()).toISOString();
    for (const subscription of this.subscriptions.values()) {
      if (subscription.topic !== topic) continue;
      const body = makeBody(subscription.includeFields);
      this.#dispatch({ subscription, body, attempts: 0, headers: this.#headers(subscription, body, eventId, triggeredAt) });
    }
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  #headers(subscription: Subscription, body: string, eventId: string, triggeredAt: string): Record<string, string> {
    const { clientSecret, domain, apiVersion } = this.#options;
    return {
      'Content-Type': 'application/json',
      'User-Agent': 'Shopify-Captain-Hook',
      'X-Shopify-Topic': headerTopic(subscription.topic),
      'X-Shopify-Hmac-Sha256': createHmac('sha256', clientSecret).update(body).digest('base64'),
      'X-Shopify-Shop-Domain': domain,
      'X-Shopify-API-Version': apiVersion,
      'X-Shopify-Webhook-Id': randomUUID(),
      'X-Shopify-Event-Id': eventId,
      'X-Shopify-Triggered-At': triggeredAt,
      ...(subscription.name === null ? {} : { 'X-Shopify-Name': subscription.name }),
    };
  }

  #dispatch(delivery: Delivery): void {
    const topic = headerTopic(delivery.subscription.topic);
    const { faults, clock } = this.#options;
    if (faults.take(['webhook_lost'], [topic, delivery.subscription.topic]) !== null) return;
    const late = faults.take(['webhook_late'], [topic, delivery.subscription.topic]);
    if (late !== null) {
      clock.schedule(late.seconds ?? 60, () => this.#enqueue(delivery));
      return;
    }
    if (faults.take(['webhook_duplicate'], [topic, delivery.subscription.topic]) !== null) this.#enqueue({ ...delivery });
    this.#enqueue(delivery);
  }

  #enqueue(delivery: Delivery): void {
    if (this.#closed) return;
    this.#queue.push(delivery);
    this.#drain();
  }

  #drain(): void {
    while (this.#underWay < concurrency) {
      const delivery = this.#queue.shift();
      if (delivery === undefined) return;
      // A deleted subscription's deliveries are dropped, except app/uninstalled, which leaves after the app is gone.
      if (!this.subscriptions.has(delivery.subscription.id) && delivery.subscription.topic !== 'APP_UNINSTALLED') continue;
      this.#underWay += 1;
      void this.#attempt(delivery).finally(() => {
        this.#underWay -= 1;
        this.#drain();
      });
    }
  }

  /** Never throws: an attempt that could not be made is a failed one. */
  async #attempt(delivery: Delivery): Promise<void> {
    const { subscription, headers, body } = delivery;
    let status = 0;
    let problem = '';
    try {
      status = await withinTime(this.#options.deliver(subscription.uri, { headers, body }));
    } catch (thrown) {
      problem = messageOf(thrown);
    }
    if (this.#closed) return;
    delivery.attempts += 1;
    this.counters.sent += 1;
    this.#note(delivery, status, problem);
    if (status >= 200 && status < 300) return;
    this.counters.failed += 1;
    const wait = retrySeconds[delivery.attempts - 1];
    if (wait === undefined) this.subscriptions.delete(subscription.id);
    else this.#options.clock.schedule(wait * this.#options.timeScale, () => this.#enqueue(delivery));
  }

  #note(delivery: Delivery, status: number, problem: string): void {
    const { topic, uri } = delivery.subscription;
    this.recent.push({ at: new Date(this.#options.clock.now()).toISOString(), topic: headerTopic(topic), url: uri, status });
    if (this.recent.length > 100) this.recent.shift();
    const entry = { platform: 'shopify', direction: 'webhook', operation: headerTopic(topic), method: 'POST', url: uri } as const;
    const requestHeaders = Object.fromEntries(new Headers(delivery.headers));
    this.#options.record({ ...entry, requestHeaders, requestBody: delivery.body, status, responseBody: problem });
  }
}

/** PRODUCTS_UPDATE -> products/update, INVENTORY_LEVELS_UPDATE -> inventory_levels/update. */
export const headerTopic = (topic: string): string =>
  topic.replace(/^(BULK_OPERATIONS|INVENTORY_ITEMS|INVENTORY_LEVELS|[A-Z]+)_/, '$1/').toLowerCase();

/** The default delivery: a real POST; redirects count as failures. 0 when nothing answered. */
export const deliverByFetch: Deliver = async (url, init) => {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
    ...init,
  });
  await response.body?.cancel();
  return response.status;
};

async function withinTime(answer: Promise<number>): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<number>((resolve) => {
    timer = setTimeout(() => resolve(0), timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
