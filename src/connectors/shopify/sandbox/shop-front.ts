/** The door of the shop: routes a request to its room and plays the fault that waits for it. */
import type { PracticeFault, PracticeTraffic } from '#connectors/practice.ts';
import { ConnectionCut, cutInHalf, type Faults } from '#connectors/shopify/sandbox/faults.ts';
import {
  callNames,
  type GraphqlAnswer,
  type GraphqlCall,
  type GraphqlEndpoint,
  readCall,
  servedVersion,
} from '#connectors/shopify/sandbox/graphql-endpoint.ts';
import type { OAuth } from '#connectors/shopify/sandbox/oauth.ts';
import type { ShopRooms } from '#connectors/shopify/sandbox/request-context.ts';
import type { Tokens } from '#connectors/shopify/sandbox/tokens.ts';

const requestFaults: readonly PracticeFault['kind'][] = [
  'throttle',
  'server_error',
  'timeout_before',
  'timeout_after',
  'apply_late',
  'slow',
  'expire_token',
  'cut_answer',
];
/** How long a hanging connection hangs, and how late a late thing is, when the fault does not say. */
const defaultSeconds = { timeout_before: 30, timeout_after: 30, apply_late: 5, slow: 2 };

interface Arrival {
  method: string;
  url: URL;
  headers: Headers;
  contentType: string;
  token: string | null;
  body: string;
  call: GraphqlCall | null;
  version: string | null;
}

export interface FrontParts {
  shop: ShopRooms;
  faults: Faults;
  tokens: Tokens;
  oauth: OAuth;
  endpoint: GraphqlEndpoint;
  requests: { total: number; throttled: number };
  uninstall(): void;
  record(entry: PracticeTraffic): void;
}

export class ShopFront {
  readonly #parts: FrontParts;
  #closed = false;
  readonly #hanging = new Set<() => void>();

  constructor(parts: FrontParts) {
    this.#parts = parts;
  }

  /** Rejects with ConnectionCut where a real connection would end without an answer. */
  async handle(request: Request): Promise<Response> {
    const arrival = await readArrival(request);
    this.#parts.requests.total += 1;
    const names = [...(arrival.call === null ? [] : callNames(arrival.call)), arrival.url.pathname];
    const fault = this.#parts.faults.take(requestFaults, names);
    let response: Response | null = null;
    try {
      response = fault === null ? await this.#answered(arrival) : await this.#faulty(arrival, fault, request.signal);
    } finally {
      await this.#note(arrival, names[0] ?? '', response);
    }
    return fault?.kind === 'cut_answer' ? cutInHalf(response) : response;
  }

  close(): void {
    this.#closed = true;
    for (const release of this.#hanging) release();
  }

  async #faulty(arrival: Arrival, fault: PracticeFault, signal: AbortSignal): Promise<Response> {
    const seconds = fault.seconds;
    switch (fault.kind) {
      case 'throttle':
        return this.#throttled(arrival, seconds);
      case 'server_error':
        return new Response('<html><body><h1>503 Service Unavailable</h1></body></html>', {
          status: 503,
          headers: { 'Content-Type': 'text/html' },
        });
      case 'timeout_before':
        return this.#hang(seconds ?? defaultSeconds.timeout_before, signal);
      case 'timeout_after':
        await this.#answered(arrival);
        return this.#hang(seconds ?? defaultSeconds.timeout_after, signal);
      case 'apply_late':
        this.#parts.shop.clock.schedule(seconds ?? defaultSeconds.apply_late, () => {
          void this.#answered(arrival);
        });
        throw new ConnectionCut('The connection was cut; the request will be worked on later');
      case 'slow':
        return this.#answered(arrival, () => this.#wait(seconds ?? defaultSeconds.slow, signal));
      case 'expire_token':
        this.#parts.tokens.revoke(arrival.token);
        return this.#answered(arrival);
      case 'cut_answer':
        // Cut only after it was noted whole.
        return this.#answered(arrival);
      default:
        throw new Error(`No request fault is called ${fault.kind}`);
    }
  }

  /** The true answer. What counts as "in progress" does so until `beforeLeaving` is over. */
  async #answered(arrival: Arrival, beforeLeaving?: () => Promise<void>): Promise<Response> {
    const onAnswered: (() => void)[] = [];
    try {
      const response = await this.#route(arrival, onAnswered);
      await beforeLeaving?.();
      return response;
    } finally {
      for (const finish of onAnswered) finish();
    }
  }

  async #route(arrival: Arrival, onAnswered: (() => void)[]): Promise<Response> {
    const { oauth, shop, tokens, endpoint } = this.#parts;
    const { method, url, body } = arrival;
    const path = url.pathname;
    if (path === '/admin/oauth/authorize' && (method === 'GET' || method === 'POST')) return oauth.authorize(method, url, body);
    if (path === '/admin/oauth/access_token' && method === 'POST') return oauth.token(arrival.contentType, body);
    if (path.startsWith('/practice-files/bulk/') && method === 'GET') return shop.bulk.serve(path);
    if (path === '/admin/api_permissions/current.json' && method === 'DELETE') {
      if (tokens.find(arrival.token) === null)
        return Response.json(
          { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
          { status: 401 },
        );
      this.#parts.uninstall();
      return Response.json({});
    }
    if (arrival.version === null || method !== 'POST') return Response.json({ errors: 'Not Found' }, { status: 404 });
    return this.#graphqlResponse(arrival, await endpoint.answer(arrival.call, arrival.token, onAnswered));
  }

  #graphqlResponse(arrival: Arrival, answer: GraphqlAnswer): Response {
    if (answer.throttled) this.#parts.requests.throttled += 1;
    return Response.json(answer.body, { status: answer.status, headers: { 'X-Shopify-API-Version': arrival.version ?? '' } });
  }

  /** Without `seconds` as the bucket does it (HTTP 200); with them as the edge does it (429 and Retry-After). */
  #throttled(arrival: Arrival, seconds: number | undefined): Response {
    if (seconds === undefined && arrival.call !== null) return this.#graphqlResponse(arrival, this.#parts.endpoint.throttled(10));
    this.#parts.requests.throttled += 1;
    const errors = 'Exceeded the number of calls per api client. Reduce request rates to resume uninterrupted service.';
    return Response.json({ errors }, { status: 429, headers: { 'Retry-After': (seconds ?? 2).toFixed(1) } });
  }

  async #hang(seconds: number, signal: AbortSignal): Promise<never> {
    await this.#wait(seconds, signal);
    throw new ConnectionCut('The connection hung and was cut');
  }

  /** Ends early when the caller has gone or the shop closes. */
  #wait(seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const release = (): void => {
        cancel();
        this.#hanging.delete(release);
        signal.removeEventListener('abort', release);
        resolve();
      };
      const cancel = this.#parts.shop.clock.schedule(seconds, release);
      this.#hanging.add(release);
      signal.addEventListener('abort', release);
      if (this.#closed || signal.aborted) release();
    });
  }

  async #note(arrival: Arrival, operation: string, response: Response | null): Promise<void> {
    const stored = arrival.url.pathname.startsWith('/practice-files/');
    // A stored file may be large and is no answer of the API.
    const responseBody = response === null || stored ? '' : await response.clone().text();
    const entry = { platform: 'shopify', direction: 'api', operation, method: arrival.method, url: arrival.url.href } as const;
    const requestHeaders = Object.fromEntries(arrival.headers);
    this.#parts.record({ ...entry, requestHeaders, requestBody: arrival.body, status: response?.status ?? 0, responseBody });
  }
}

async function readArrival(request: Request): Promise<Arrival> {
  const url = new URL(request.url);
  const contentType = request.headers.get('Content-Type') ?? '';
  const body = request.method === 'GET' || request.method === 'HEAD' ? '' : await request.text();
  const version = /^\/admin\/api\/([^/]+)\/graphql\.json$/.exec(url.pathname)?.[1];
  const served = version === undefined ? null : servedVersion(version);
  const call = served === null ? null : readCall(contentType, body);
  return {
    method: request.method,
    url,
    headers: request.headers,
    contentType,
    token: request.headers.get('X-Shopify-Access-Token'),
    body,
    call,
    version: served,
  };
}
