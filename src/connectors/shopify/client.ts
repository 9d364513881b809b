/** HTTP only: addresses, headers, the cost bucket, and what the platform's errors mean. */
import type { z } from 'zod';
import type { Session } from '#connectors/connector.ts';
import {
  CredentialsExpired,
  isPlatformError,
  MalformedResponse,
  type PlatformAnswer,
  PlatformUnavailable,
  RateLimited,
  Refused,
  stillUnknown,
} from '#connectors/errors.ts';
import type { HttpResponse, Transport } from '#connectors/http.ts';
import { costOf, type Variables } from '#connectors/shopify/cost.ts';
import type { Document } from '#connectors/shopify/documents.ts';
import { apiVersion } from '#connectors/shopify/manifest.ts';
import { type Envelope, envelope, type GraphqlError } from '#connectors/shopify/schema.ts';

const shopPattern = /^[a-z0-9][a-z0-9_-]*\.myshopify\.com$/;

/** The shop's name in its one spelling, also of its address as a browser shows it; throws Refused('shop_name_wrong') for anything else, so that no other host is ever called. */
export function shopOf(text: string | undefined): string {
  const shop = (text ?? '')
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
  if (!shopPattern.test(shop)) throw new Refused({ code: 'shop_name_wrong', parameters: { shop: shop.slice(0, 100) } });
  return shop;
}

export const addressOf = (shop: string, baseUrl: string | null): string => baseUrl ?? `https://${shop}`;

/** The answer came whole; what it says of the thing that was asked for has another shape than the documented one. */
export class UnexpectedShape extends MalformedResponse {}

/**
 * Asks and checks the answer's shape. A query may be repeated by the transport when no answer came; a mutation only when
 * `repeatable` says that sending it twice does what sending it once does. Throws the five platform errors.
 */
export async function ask<T extends z.ZodType>(
  session: Session,
  document: Document,
  variables: Variables,
  shape: T,
  options: { repeatable?: boolean } = {},
): Promise<z.infer<T>> {
  const shop = shopOf(session.credentials.secrets.shop);
  const mutation = isMutation(document);
  const response = await session.http.send({
    method: 'POST',
    url: `${addressOf(shop, session.baseUrl)}/admin/api/${apiVersion}/graphql.json`,
    headers: {
      'content-type': 'application/json',
      'x-shopify-access-token': session.credentials.secrets.access_token ?? '',
    },
    body: JSON.stringify({ query: document.text, variables, operationName: document.name }),
    bucket: 'graphql',
    cost: costOf(document.text, variables),
    repeatable: options.repeatable ?? !mutation,
  });
  const parsed = shape.safeParse(judged(session.http, response, document));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnexpectedShape(`${document.name}: ${issue?.path.join('.')}: ${issue?.message}`, keep(response));
}

const isMutation = (document: Document): boolean => document.text.startsWith('mutation');

function judged(http: Transport, response: HttpResponse, document: Document): unknown {
  try {
    return readAnswer(http, response, document);
  } catch (thrown) {
    throw isMutation(document) && response.afterLostTry === true && isPlatformError(thrown) ? stillUnknown(thrown) : thrown;
  }
}

function readAnswer(http: Transport, response: HttpResponse, document: Document): unknown {
  const body = envelopeOf(response);
  learn(http, body);
  // Comes with status 200 or 429; the body says how long to wait.
  const throttled = body?.errors.find((error) => meaningOf(error) === 'throttled');
  if (body !== null && throttled !== undefined) throw new RateLimited(waitOf(body), answerOf(throttled, response));
  refuseStatus(response, isMutation(document));
  if (body === null) throw new MalformedResponse(`${document.name}: the answer is not GraphQL`, keep(response));
  const [first] = body.errors;
  if (first !== undefined && !(isMutation(document) && hasRun(body.data))) throw errorOf(body, first, response, document);
  return body.data;
}

/**
 * `data` and `errors` may come together. A mutation whose payload is there has run, and its userErrors tell how it went: an
 * error beneath the payload only spoilt its display. Taking it for a refusal would say "not applied" of what was applied.
 * A query with errors counts as failed: where an error made a null, that null would read as "no longer exists".
 */
const hasRun = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && Object.values(data).some((payload) => payload !== null);

function envelopeOf(response: HttpResponse): Envelope | null {
  try {
    const parsed = envelope.safeParse(JSON.parse(response.text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON: the caller says so, with the answer
  }
}

/** What the codes of top-level errors mean; any other code refuses the request. */
export const errorMeanings = {
  THROTTLED: 'throttled',
  ACCESS_DENIED: 'scope_missing',
  INTERNAL_SERVER_ERROR: 'failed',
  TIMEOUT: 'failed',
  SERVICE_UNAVAILABLE: 'failed',
  MAX_COST_EXCEEDED: 'query_too_costly',
} as const;
type ErrorMeaning = (typeof errorMeanings)[keyof typeof errorMeanings];

function meaningOf({ extensions }: GraphqlError): ErrorMeaning | null {
  const code = extensions?.code ?? '';
  return Object.hasOwn(errorMeanings, code) ? errorMeanings[code as keyof typeof errorMeanings] : null;
}

function errorOf(body: Envelope, first: GraphqlError, response: HttpResponse, document: Document): Error {
  const meant = (meaning: ErrorMeaning) => body.errors.find((error) => meaningOf(error) === meaning);
  const denied = meant('scope_missing');
  if (denied !== undefined) return new Refused(refusal('scope_missing', denied, response));
  const failed = meant('failed');
  if (failed !== undefined) {
    const mayHaveApplied = isMutation(document);
    return new PlatformUnavailable(failed.message, { mayHaveApplied, answer: answerOf(failed, response) });
  }
  const costly = meant('query_too_costly');
  if (costly !== undefined) return new Refused(refusal('query_too_costly', costly, response));
  return new Refused(refusal('request_refused', first, response));
}

const answerOf = (error: GraphqlError, response: HttpResponse): PlatformAnswer => ({
  ...keep(response),
  message: error.message,
  ...(error.extensions?.code === undefined ? {} : { code: error.extensions.code }),
});

const refusal = (code: string, error: GraphqlError, response: HttpResponse) => ({
  code,
  parameters: { detail: error.message.slice(0, 300) },
  answer: answerOf(error, response),
});

function learn(http: Transport, body: Envelope | null): void {
  const status = body?.extensions?.cost?.throttleStatus;
  if (status === undefined) return;
  const { currentlyAvailable: available, maximumAvailable: capacity, restoreRate: refillPerSecond } = status;
  http.learn('graphql', { available, capacity, refillPerSecond });
}

/** The Standard plan's, until an answer says the shop's own. */
const restoreRateAtLeast = 100;

/** Seconds until the bucket holds what was asked for: (requested - available) / restore rate, at least one. */
function waitOf(body: Envelope): number {
  const cost = body.extensions?.cost;
  const { currentlyAvailable, restoreRate } = cost?.throttleStatus ?? { currentlyAvailable: 0, restoreRate: restoreRateAtLeast };
  return Math.max(1, ((cost?.requestedQueryCost ?? restoreRate) - currentlyAvailable) / restoreRate);
}

/** What a status other than 2xx means; 500 stands for all from there on, and any other refuses the request. */
export const statusMeanings: Readonly<Record<number, string>> = {
  401: 'credentials',
  402: 'shop_frozen',
  403: 'app_forbidden',
  404: 'shop_not_found',
  408: 'unavailable',
  423: 'shop_locked',
  429: 'throttled',
  500: 'unavailable',
};

/** Whatever is asked of this shop is refused, until somebody has settled it at Shopify. */
const wholeStoreMeanings: ReadonlySet<string> = new Set(['shop_frozen', 'app_forbidden', 'shop_not_found', 'shop_locked']);

/** Throws what a status other than 2xx means. `write`: whether a 5xx leaves open if something was applied. */
export function refuseStatus(response: HttpResponse, write: boolean): void {
  const { status } = response;
  if (status >= 200 && status < 300) return;
  const answer = keep(response);
  const meaning = statusMeanings[Math.min(status, 500)] ?? 'request_refused';
  if (meaning === 'credentials') throw new CredentialsExpired('The access token is not accepted', answer);
  if (meaning === 'throttled') throw new RateLimited(Number(response.headers['retry-after']) || 2, answer);
  if (meaning === 'unavailable') {
    throw new PlatformUnavailable(`Shopify answered ${status}`, { mayHaveApplied: write, answer });
  }
  const detail = `HTTP status ${status}`;
  throw new Refused({ code: meaning, parameters: { detail }, answer }, { wholeStore: wholeStoreMeanings.has(meaning) });
}

/** The answer for the log. Only of calls whose answers hold no credentials. */
export function keep(response: HttpResponse): PlatformAnswer {
  const requestId = response.headers['x-request-id'];
  return { status: response.status, body: response.text.slice(0, 4000), ...(requestId === undefined ? {} : { requestId }) };
}

interface Page<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/**
 * All items of a connection from `first` on, a page after the other. `next` gives the page after a cursor, or null when what
 * it belongs to has vanished meanwhile; then the result is null too. Throws MalformedResponse for pages that run in a circle.
 */
export async function allPages<T>(first: Page<T>, next: (after: string) => Promise<Page<T> | null>): Promise<T[] | null> {
  const all = [...first.nodes];
  for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
    const after = pageInfo.endCursor;
    const page = after === null ? null : await next(after);
    if (after === null || page?.pageInfo.endCursor === after)
      throw new UnexpectedShape('A next page is promised, but leads nowhere');
    if (page === null) return null;
    all.push(...page.nodes);
    pageInfo = page.pageInfo;
  }
  return all;
}
