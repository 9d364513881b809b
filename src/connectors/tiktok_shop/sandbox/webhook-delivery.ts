import type { PracticeFault, PracticeOptions } from '#connectors/practice.ts';
import { type FaultPlan, webhookFaults } from '#connectors/tiktok_shop/sandbox/fault-plan.ts';
import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';
import { signOfWebhook } from '#connectors/tiktok_shop/sandbox/request-signature.ts';
import type { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';
import type { WebhookMessage } from '#connectors/tiktok_shop/sandbox/webhook-message.ts';

/** Source: "Webhook configuration overview". After the fourth retry the notification is lost. */
const retrySeconds = [2 * 60, 30 * 60, 3 * 3600, 12 * 3600];
const answerSeconds = 3;
/** 401 says that the signature was refused: an answer, too, and no reason to try again. */
const acceptedStatuses = [200, 401];
const parallelDeliveries = 10;
const defaultLateSeconds = 60;

export interface DeliverySettings {
  app: { key: string; secret: string };
  shopId: string;
  ids: LongIds;
  clock: ShopClock;
  faults: FaultPlan;
  timeScale: number;
  deliver: NonNullable<PracticeOptions['deliver']>;
  record: PracticeOptions['record'];
}

interface Notification {
  topic: string;
  address: string;
  body: string;
  /** Retries made so far. */
  retries: number;
}

/** Sends webhooks, a few at a time, and tries again as the platform does. Every notification keeps its id on retries. */
export class WebhookDelivery {
  readonly #settings: DeliverySettings;
  readonly #waiting: Notification[] = [];
  #running = 0;
  #closed = false;
  /** Attempts made, and those among them that were not answered with 200 in time, plus those lost on the way. */
  sent = 0;
  failed = 0;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
  }

  send(address: string, message: WebhookMessage): void {
    const notification: Notification = { topic: message.topic, address, body: this.#bodyOf(message), retries: 0 };
    const fault = this.#settings.faults.take((kind) => webhookFaults.includes(kind), [message.topic, String(message.type)]);
    switch (fault?.kind) {
      case 'webhook_lost':
        this.failed += 1;
        break;
      case 'webhook_late':
        this.#later(notification, fault);
        break;
      case 'webhook_duplicate':
        this.#queue(notification);
        this.#queue({ ...notification });
        break;
      default:
        this.#queue(notification);
    }
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
  }

  #bodyOf(message: WebhookMessage): string {
    const { ids, shopId, clock } = this.#settings;
    const head = JSON.stringify({
      type: message.type,
      tts_notification_id: ids.next(),
      shop_id: shopId,
      timestamp: clock.seconds(),
    });
    return `${head.slice(0, -1)},"data":${message.data}}`;
  }

  #later(notification: Notification, fault: PracticeFault): void {
    const seconds = (fault.seconds ?? defaultLateSeconds) * this.#settings.timeScale;
    this.#settings.clock.later(seconds, () => this.#queue(notification));
  }

  #queue(notification: Notification): void {
    this.#waiting.push(notification);
    this.#work();
  }

  #work(): void {
    while (this.#running < parallelDeliveries && !this.#closed) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      void this.#attempt(next).finally(() => {
        this.#running -= 1;
        this.#work();
      });
    }
  }

  async #attempt(notification: Notification): Promise<void> {
    const { app, clock, timeScale, record } = this.#settings;
    const headers = { 'content-type': 'application/json', authorization: signOfWebhook(app, notification.body) };
    this.sent += 1;
    const status = await this.#post(notification, headers);
    record?.({
      platform: 'tiktok_shop',
      direction: 'webhook',
      operation: notification.topic,
      method: 'POST',
      url: notification.address,
      requestHeaders: headers,
      requestBody: notification.body,
      status,
      responseBody: '',
    });
    if (status !== 200) this.failed += 1;
    if (acceptedStatuses.includes(status)) return;
    const wait = retrySeconds[notification.retries];
    if (wait === undefined) return;
    clock.later(wait * timeScale, () => this.#queue({ ...notification, retries: notification.retries + 1 }));
  }

  /** The status of the answer; 0 when none came within three seconds or the connection failed. */
  async #post(notification: Notification, headers: Record<string, string>): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<number>((resolve) => {
      timer = setTimeout(resolve, answerSeconds * 1000, 0);
    });
    try {
      return await Promise.race([this.#settings.deliver(notification.address, { headers, body: notification.body }), tooLate]);
    } catch {
      // A deliverer that throws has had no answer: counted as failed and tried again, like any other silence.
      return 0;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A real POST. A redirect is not followed: it is not the answer 200. */
export async function deliverByFetch(url: string, init: { headers: Record<string, string>; body: string }): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    ...init,
    redirect: 'manual',
    signal: AbortSignal.timeout(answerSeconds * 1000),
  });
  await response.body?.cancel();
  return response.status;
}
