/**
 * Connecting. Authorization code grant with expiring offline tokens; client credentials for an app of the seller's own
 * organization; an existing token as it is.
 * https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AppCredentials, AuthContext, Credentials } from '#connectors/connector.ts';
import { CredentialsExpired, MalformedResponse, PlatformUnavailable, Refused } from '#connectors/errors.ts';
import { addressOf, keep, refuseStatus, shopOf } from '#connectors/shopify/client.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import { tokenAnswer } from '#connectors/shopify/schema.ts';

/** The platform's library tolerates 90 seconds; a seller's browser may be slow, and the code is used once anyway. */
const callbackToleranceSeconds = 90;

export function authorizeUrl(input: { app: AppCredentials; baseUrl: string | null; fields: Record<string, string>; state: string; redirectUrl: string }): string {
  const url = new URL(`${addressOf(shopOf(input.fields['shop']), input.baseUrl)}/admin/oauth/authorize`);
  url.searchParams.set('client_id', input.app.clientId);
  url.searchParams.set('scope', shopifyManifest.scopes.join(','));
  url.searchParams.set('redirect_uri', input.redirectUrl);
  url.searchParams.set('state', input.state);
  return url.href;
}

/** Hex HMAC-SHA256 of the query without `hmac` and `signature`, keys sorted, joined by `&`. */
export function callbackHmac(query: Readonly<Record<string, string>>, secret: string): string {
  const message = Object.keys(query)
    .filter((key) => key !== 'hmac' && key !== 'signature')
    .sort()
    .map((key) => `${encode(key)}=${encode(query[key] ?? '')}`)
    .join('&');
  return createHmac('sha256', secret).update(message).digest('hex');
}

/** application/x-www-form-urlencoded, as URLSearchParams writes it. */
const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

export async function completeOAuth(context: AuthContext, input: { query: Record<string, string>; fields: Record<string, string>; redirectUrl: string }): Promise<Credentials> {
  const { query } = input;
  const app = appOf(context);
  if (query['error'] !== undefined) throw new Refused({ code: 'consent_denied', parameters: {} });
  const given = Buffer.from(query['hmac'] ?? '', 'utf8');
  const right = Buffer.from(callbackHmac(query, app.clientSecret), 'utf8');
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw new Refused({ code: 'callback_not_genuine', parameters: {} });
  const age = Math.abs(context.now().getTime() / 1000 - Number(query['timestamp'] ?? 0));
  if (!(age <= callbackToleranceSeconds)) throw new Refused({ code: 'callback_too_old', parameters: {} });
  const shop = shopOf(query['shop']);
  if (shop !== shopOf(input.fields['shop'])) throw new Refused({ code: 'callback_other_shop', parameters: { shop } });
  return await fetchToken(context, shop, 'oauth2', { client_id: app.clientId, client_secret: app.clientSecret, code: query['code'] ?? '', expiring: '1' }, {});
}

export async function fromFields(context: AuthContext, scheme: Credentials['scheme'], fields: Record<string, string>): Promise<Credentials> {
  const shop = shopOf(fields['shop']);
  if (scheme === 'access_token') return { scheme, secrets: { shop, access_token: (fields['access_token'] ?? '').trim() }, scopes: [] };
  const own = { client_id: (fields['client_id'] ?? '').trim(), client_secret: (fields['client_secret'] ?? '').trim() };
  return await fetchToken(context, shop, 'client_credentials', { ...own, grant_type: 'client_credentials' }, own);
}

export async function refresh(context: AuthContext, credentials: Credentials): Promise<Credentials> {
  const { secrets, scheme } = credentials;
  const shop = shopOf(secrets['shop']);
  if (scheme === 'client_credentials') {
    const own = { client_id: secrets['client_id'] ?? '', client_secret: secrets['client_secret'] ?? '' };
    return await fetchToken(context, shop, scheme, { ...own, grant_type: 'client_credentials' }, own);
  }
  const refreshToken = secrets['refresh_token'];
  if (refreshToken === undefined) throw new CredentialsExpired('This token cannot be renewed');
  const app = appOf(context);
  return await fetchToken(context, shop, scheme, { client_id: app.clientId, client_secret: app.clientSecret, grant_type: 'refresh_token', refresh_token: refreshToken }, {});
}

async function fetchToken(context: AuthContext, shop: string, scheme: Credentials['scheme'], body: Record<string, string>, kept: Record<string, string>): Promise<Credentials> {
  const response = await context.http.send({
    method: 'POST',
    url: `${addressOf(shop, context.baseUrl)}/admin/oauth/access_token`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    bucket: 'files',
    cost: 1,
    // Since August 2026 the former refresh token may be used again until its successor is: a lost answer costs nothing.
    repeatable: body['grant_type'] !== undefined,
  });
  if (response.status === 400 || response.status === 403) throw new CredentialsExpired('Shopify does not accept the app or the code', keep(response));
  refuseStatus(response);
  const parsed = tokenAnswer.safeParse(jsonOf(response.text));
  if (!parsed.success) throw new MalformedResponse('The token answer has an unknown shape', { status: response.status });
  const token = parsed.data;
  const after = (seconds: number): string => new Date(context.now().getTime() + seconds * 1000).toISOString();
  return {
    scheme,
    secrets: { shop, access_token: token.access_token, ...kept, ...(token.refresh_token === undefined ? {} : { refresh_token: token.refresh_token }) },
    scopes: token.scope.split(',').filter((scope) => scope !== ''),
    ...(token.expires_in === undefined ? {} : { expiresAt: after(token.expires_in) }),
    ...(token.refresh_token_expires_in === undefined ? {} : { refreshExpiresAt: after(token.refresh_token_expires_in) }),
  };
}

function appOf(context: AuthContext): AppCredentials {
  if (context.app === null) throw new PlatformUnavailable('No Shopify app is set up in StoreSync', { mayHaveApplied: false });
  return context.app;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // the shape check says what is wrong
  }
}
