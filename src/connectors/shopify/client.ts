/** HTTP only: addresses, headers, the cost bucket, and what the platform's errors mean. */
import type { z } from 'zod';
import type { Credentials, Session } from '#connectors/connector.ts';
import { CredentialsExpired, MalformedResponse, type PlatformAnswer, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import type { HttpResponse, Transport } from '#connectors/http.ts';
import type { Document } from '#connectors/shopify/documents.ts';
import { apiVersion } from '#connectors/shopify/manifest.ts';

const shopPattern = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/** The shop's name in its one spelling; throws Refused('shop_name_wrong') for anything else, so that no other host is ever called. */
export function shopOf(text: string | undefined): string {
  const shop = (text ?? '').trim().toLowerCase();
  if (!shopPattern.test(shop)) throw new Refused({ code: 'shop_name_wrong', parameters: { shop: shop.slice(0, 100) } });
  return shop;
}

export const addressOf = (shop: string, baseUrl: string | null): string => baseUrl ?? `https://${shop}`;

/** Asks and checks the answer's shape. A read may be repeated by the transport; a mutation only if `repeatable` says so. */
export async function ask<T extends z.ZodType>(session: Session, document: Document, variables: Record<string, unknown>, shape: T, options: { cost?: number; repeatable?: boolean } = {}): Promise<z.infer<T>> {
  const shop = shopOf(session.credentials.secrets['shop']);
  const response = await session.http.send({
    method: 'POST',
    url: `${addressOf(shop, session.baseUrl)}/admin/api/${apiVersion}/graphql.json`,
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': tokenOf(session.credentials) },
    body: JSON.stringify({ query: document.text, variables, operationName: document.name }),
    bucket: 'graphql',
    cost: options.cost ?? document.cost,
    repeatable: options.repeatable ?? !document.text.startsWith('mutation'),
  });
  const answer = readAnswer(session.http, response, document.name);
  const parsed = shape.safeParse(answer);
  if (!parsed.success) {
    throw new MalformedResponse(`${document.name}: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`, keep(response));
  }
  return parsed.data;
}

const tokenOf = (credentials: Credentials): string => credentials.secrets['access_token'] ?? '';

interface GraphqlError {
  message?: string;
  extensions?: { code?: string };
  path?: unknown[];
}

function readAnswer(http: Transport, response: HttpResponse, operation: string): unknown {
  refuseStatus(response);
  let body: { data?: unknown; errors?: GraphqlError[] | string; extensions?: { cost?: Cost } };
  try {
    body = JSON.parse(response.text) as typeof body;
  } catch (cause) {
    throw new MalformedResponse(`${operation}: the answer is not JSON`, keep(response), cause);
  }
  const cost = body.extensions?.cost;
  learn(http, cost);
  const errors = Array.isArray(body.errors) ? body.errors : body.errors === undefined ? [] : [{ message: String(body.errors) }];
  const [first] = errors;
  if (first === undefined) return body.data;
  const code = errors.map((error) => error.extensions?.code).find((one) => one !== undefined) ?? '';
  const answer: PlatformAnswer = { ...keep(response), code, message: first.message ?? '' };
  if (code === 'THROTTLED') throw new RateLimited(waitOf(cost), answer);
  if (code === 'ACCESS_DENIED') throw new Refused({ code: 'access_denied', parameters: { detail: first.message ?? '' }, answer });
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'TIMEOUT') throw new PlatformUnavailable(first.message ?? 'internal error', { mayHaveApplied: true, answer });
  throw new Refused({ code: 'request_refused', parameters: { detail: first.message ?? code }, answer });
}

interface Cost {
  requestedQueryCost?: number;
  throttleStatus?: { maximumAvailable?: number; currentlyAvailable?: number; restoreRate?: number };
}

function learn(http: Transport, cost: Cost | undefined): void {
  const { maximumAvailable, currentlyAvailable, restoreRate } = cost?.throttleStatus ?? {};
  if (maximumAvailable === undefined || currentlyAvailable === undefined || restoreRate === undefined) return;
  http.learn('graphql', { available: currentlyAvailable, capacity: maximumAvailable, refillPerSecond: restoreRate });
}

/** (requested - available) / restore rate, at least a second. https://shopify.dev/docs/api/usage/limits */
function waitOf(cost: Cost | undefined): number {
  const { currentlyAvailable = 0, restoreRate = 50 } = cost?.throttleStatus ?? {};
  return Math.max(1, ((cost?.requestedQueryCost ?? 100) - currentlyAvailable) / restoreRate);
}

const statusRefusals: Readonly<Record<number, string>> = { 402: 'shop_frozen', 403: 'access_denied', 404: 'shop_not_found', 423: 'shop_locked' };

export function refuseStatus(response: HttpResponse): void {
  const { status } = response;
  if (status === 401) throw new CredentialsExpired('The access token is not accepted', keep(response));
  if (status === 429 && !response.text.includes('THROTTLED')) throw new RateLimited(Number(response.headers['retry-after'] ?? 2) || 2, keep(response));
  const refusal = statusRefusals[status];
  if (refusal !== undefined) throw new Refused({ code: refusal, parameters: { detail: response.text.slice(0, 200) }, answer: keep(response) });
  if (status >= 500) throw new PlatformUnavailable(`Shopify answered ${status}`, { mayHaveApplied: true, answer: keep(response) });
  if (status >= 400 && status !== 429) throw new Refused({ code: 'request_refused', parameters: { detail: `status ${status}` }, answer: keep(response) });
}

export function keep(response: HttpResponse): PlatformAnswer {
  const requestId = response.headers['x-request-id'];
  return { status: response.status, body: response.text.slice(0, 4000), ...(requestId === undefined ? {} : { requestId }) };
}
