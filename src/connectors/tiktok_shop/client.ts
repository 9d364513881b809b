/** HTTP only: hosts, signing, the frame of a call. What an answer means is judged in judge-answer.ts. */
import type { z } from 'zod';
import type { AppCredentials, AuthContext, Session } from '#connectors/connector.ts';
import { MalformedResponse, type PlatformAnswer, Refused } from '#connectors/errors.ts';
import { judgeAnswer } from '#connectors/tiktok_shop/judge-answer.ts';
import type { Operation, tokenPaths } from '#connectors/tiktok_shop/operations.ts';
import { refused } from '#connectors/tiktok_shop/refusals.ts';
import { signRequest } from '#connectors/tiktok_shop/sign.ts';

const hosts = {
  api: 'https://open-api.tiktokglobalshop.com',
  token: 'https://auth.tiktok-shops.com',
  consent: 'https://services.tiktokshop.com',
  consentInUnitedStates: 'https://services.tiktokshops.us',
} as const;

/** A practice store stands for all hosts of the platform, with the same paths. */
export function hostOf(host: keyof typeof hosts, baseUrl: string | null): string {
  return baseUrl?.replace(/\/+$/, '') ?? hosts[host];
}

export interface Call<T> {
  operation: Operation;
  /** For a path that names one. */
  productId?: string;
  /** Other parameters of the path, by name. */
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** Never an empty object: official and unofficial signers disagree on whether `{}` is signed. */
  body?: Readonly<Record<string, unknown>>;
  answer: z.ZodType<T>;
}

export interface Reply<T> {
  data: T;
  answer: PlatformAnswer;
}

/** One signed call. Throws the five errors; MalformedResponse when `data` lacks what the schema asks for. */
export async function call<T>(session: Session, call: Call<T>): Promise<Reply<T>> {
  const app = appOf(session);
  const { secrets } = session.credentials;
  const { method, bucket, write } = call.operation;
  const parameters: Readonly<Record<string, string>> = { product_id: call.productId ?? '', ...call.path };
  const path = call.operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
  // One text, signed and sent: serialising twice would invite two different texts.
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const cipher = takesShopCipher(method, path) ? { shop_cipher: secrets.shop_cipher ?? '' } : {};
  const query = {
    ...call.query,
    ...cipher,
    app_key: app.clientId,
    timestamp: String(Math.floor(session.now().getTime() / 1000)),
  };
  const sign = signRequest(app.clientSecret, { path, query, ...(body === undefined ? {} : { body }) });
  const response = await session.http.send({
    method,
    url: `${hostOf('api', session.baseUrl)}${path}?${encodeQuery({ ...query, sign })}`,
    headers: { 'content-type': 'application/json', 'x-tts-access-token': secrets.access_token ?? '' },
    ...(body === undefined ? {} : { body }),
    bucket,
    cost: 1,
    repeatable: !write,
  });
  const judged = judgeAnswer(response, { write, confidential: false });
  return { data: shaped(call.answer, judged.data, judged.answer), answer: judged.answer };
}

/**
 * Token calls are not signed and carry the app secret in the address, so nothing of the request goes into errors. They are
 * not repeated by the transport: a code works once, and a refresh whose answer was lost is the caller's to repeat.
 */
export async function callToken<T>(
  context: AuthContext,
  path: (typeof tokenPaths)[keyof typeof tokenPaths],
  query: Readonly<Record<string, string>>,
  answer: z.ZodType<T>,
): Promise<T> {
  const app = appOf(context);
  const response = await context.http.send({
    method: 'GET',
    url: `${hostOf('token', context.baseUrl)}${path}?${encodeQuery({ app_key: app.clientId, app_secret: app.clientSecret, ...query })}`,
    bucket: 'token',
    cost: 1,
    repeatable: false,
  });
  try {
    const judged = judgeAnswer(response, { write: false, confidential: true });
    return shaped(answer, judged.data, judged.answer);
  } catch (thrown) {
    // This host has codes of its own for a wrong app; only the message tells it from a wrong code or refresh token.
    if (thrown instanceof Refused && /app[\s_-]?(key|secret)/i.test(thrown.answer.message ?? ''))
      throw refused('app_rejected', {}, thrown.answer);
    throw thrown;
  }
}

/**
 * Missing where it is due it is answered with 106013, sent where it is not with 36009004. Lists: partner documentation,
 * "Common errors", and the operations that have no such parameter in the published contract.
 */
export function takesShopCipher(method: string, path: string): boolean {
  if (/^\/(authorization|seller)\//.test(path)) return false;
  if (/^\/product\/\d+\/(global_products|files\/upload|images\/upload|compliance)(\/|$)/.test(path)) return false;
  return !(method === 'POST' && /^\/product\/\d+\/brands$/.test(path));
}

function appOf(context: { app: AppCredentials | null }): AppCredentials {
  if (context.app === null) throw refused('app_missing');
  return context.app;
}

function shaped<T>(schema: z.ZodType<T>, data: unknown, answer: PlatformAnswer): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MalformedResponse(`Unexpected shape at ${issue?.path.join('.') || 'data'}: ${issue?.message ?? 'unknown'}`, answer);
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
}
