import type { PracticeFault, PracticeOptions } from '#connectors/practice.ts';
import type { ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { answerConsent, type ConsentSettings, consentPath } from '#connectors/tiktok_shop/sandbox/consent-page.ts';
import { findEndpoint } from '#connectors/tiktok_shop/sandbox/endpoints.ts';
import { type FaultPlan, webhookFaults } from '#connectors/tiktok_shop/sandbox/fault-plan.ts';
import { admitCall } from '#connectors/tiktok_shop/sandbox/gateway.ts';
import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';
import { codes, PlatformRefusal, refusalReply, successReply } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import type { RequestPacer } from '#connectors/tiktok_shop/sandbox/request-pacer.ts';
import { answerTokenCall, type Seller, tokenPaths } from '#connectors/tiktok_shop/sandbox/token-desk.ts';
import {
  PracticeConnectionCut,
  type Received,
  type Reply,
  receive,
  respond,
  respondCut,
  textReply,
} from '#connectors/tiktok_shop/sandbox/wire.ts';

/** How long a connection hangs, an answer is slow or a write is late when the fault does not say. */
const defaultHangSeconds = 0.05;
const defaultLateSeconds = 1;

export interface FrontDoorSettings {
  floor: ShopFloor;
  consent: ConsentSettings;
  seller: Seller;
  ids: LongIds;
  faults: FaultPlan;
  pacer: RequestPacer;
  timeScale: number;
  record: PracticeOptions['record'];
}

/**
 * Where requests for all three of the platform's hosts come in: faults are played here, the limit is counted, and the
 * traffic is recorded. Where no answer is given, `handle` rejects with PracticeConnectionCut.
 */
export class FrontDoor {
  readonly #settings: FrontDoorSettings;
  requests = 0;
  throttled = 0;
  /** Two throttle answers are documented; they take turns. */
  #throttleByStatus = true;

  constructor(settings: FrontDoorSettings) {
    this.#settings = settings;
  }

  async handle(request: Request): Promise<Response> {
    this.requests += 1;
    const received = await receive(request);
    const operation = operationOf(received);
    const fault = this.#takeFault(received, operation);
    switch (fault?.kind) {
      case 'throttle':
        return this.#answer(received, operation, this.#throttle());
      case 'server_error':
        return this.#answer(received, operation, textReply(503, 'Service Unavailable'));
      case 'timeout_before':
        return this.#silence(received, operation, fault.seconds);
      case 'timeout_after':
        this.#begin(received, operation)();
        return this.#silence(received, operation, fault.seconds);
      case 'apply_late': {
        const seconds = fault.seconds ?? defaultLateSeconds;
        this.#settings.floor.clock.later(this.#scaled(seconds), this.#begin(received, operation));
        return this.#silence(received, operation, Math.min(defaultHangSeconds, seconds / 2));
      }
      case 'slow': {
        const reply = this.#begin(received, operation)();
        await this.#settings.floor.clock.wait(this.#scaled(fault.seconds ?? defaultLateSeconds));
        return this.#answer(received, operation, reply);
      }
      case 'cut_answer':
        return this.#cutAnswer(received, operation);
      default:
        return this.#answer(received, operation, this.#begin(received, operation)());
    }
  }

  #takeFault(received: Received, operation: string): PracticeFault | null {
    const { faults, floor } = this.#settings;
    const names = [operation, received.url.pathname];
    const accessToken = received.headers.get('x-tts-access-token');
    if (accessToken !== null && faults.take((kind) => kind === 'expire_token', names) !== null) {
      floor.authorization.expire(accessToken);
    }
    return faults.take((kind) => kind !== 'expire_token' && !webhookFaults.includes(kind), names);
  }

  /** Judges the request now; the function returned does what it asks for and gives the answer. */
  #begin(received: Received, operation: string): () => Reply {
    const { floor, consent, seller, ids, pacer } = this.#settings;
    const requestId = requestIdAt(floor.clock.isoTime(), ids);
    const refused = (thrown: unknown): Reply => {
      if (thrown instanceof PlatformRefusal) return refusalReply(thrown, requestId);
      throw thrown;
    };
    const attempt = (act: () => Reply) => (): Reply => {
      try {
        return act();
      } catch (thrown) {
        return refused(thrown);
      }
    };
    const path = received.url.pathname;
    if (path === consentPath) return () => answerConsent(received, consent);
    if (path === tokenPaths.get || path === tokenPaths.refresh) {
      return attempt(() => answerTokenCall(received, floor.authorization, seller, requestId));
    }
    try {
      const call = admitCall(received, floor);
      if (!pacer.admits(operation, floor.clock.milliseconds())) return () => this.#throttle();
      return attempt(() => successReply(call.perform(), requestId));
    } catch (thrown) {
      const reply = refused(thrown);
      return () => reply;
    }
  }

  #throttle(): Reply {
    this.throttled += 1;
    this.#throttleByStatus = !this.#throttleByStatus;
    if (!this.#throttleByStatus) return textReply(429, 'Too Many Requests');
    const refusal = new PlatformRefusal(
      codes.tooManyRequests,
      "Too many requests. You've made too many requests in a short period of time.",
    );
    return refusalReply(refusal, requestIdAt(this.#settings.floor.clock.isoTime(), this.#settings.ids));
  }

  #answer(received: Received, operation: string, reply: Reply): Response {
    this.#record(received, operation, reply.status, reply.body);
    return respond(reply);
  }

  #cutAnswer(received: Received, operation: string): Response {
    const reply = this.#begin(received, operation)();
    this.#record(received, operation, 0, '');
    return respondCut(reply);
  }

  async #silence(received: Received, operation: string, seconds = defaultHangSeconds): Promise<never> {
    this.#record(received, operation, 0, '');
    await this.#settings.floor.clock.wait(this.#scaled(seconds));
    throw new PracticeConnectionCut('The practice shop gives no answer');
  }

  #scaled(seconds: number): number {
    return seconds * this.#settings.timeScale;
  }

  /** Status 0: no whole answer was given. */
  #record(received: Received, operation: string, status: number, responseBody: string): void {
    this.#settings.record?.({
      platform: 'tiktok_shop',
      direction: 'api',
      operation,
      method: received.method,
      url: received.url.href,
      requestHeaders: Object.fromEntries(received.headers),
      requestBody: received.body,
      status,
      responseBody,
    });
  }
}

/** METHOD and path template; the path itself where no endpoint has it. */
function operationOf(received: Received): string {
  try {
    return `${received.method} ${findEndpoint(received.method, received.url.pathname).endpoint.template}`;
  } catch (thrown) {
    if (thrown instanceof PlatformRefusal) return `${received.method} ${received.url.pathname}`;
    throw thrown;
  }
}

/** Like the platform's: the moment and something unique. */
function requestIdAt(isoTime: string, ids: LongIds): string {
  return isoTime.replaceAll(/\D/g, '').slice(0, 14) + ids.next();
}
