/**
 * Connecting. Authorization code grant with expiring offline tokens; client credentials for an app of the seller's own
 * organization; an existing token as it is.
 * https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { secondsAfter } from '#base/clock.ts';
import type { AppCredentials, AuthContext, Credentials } from '#connectors/connector.ts';
import { CredentialsExpired, MalformedResponse, type PlatformAnswer, Refused } from '#connectors/errors.ts';
import { addressOf, refuseStatus, shopOf } from '#connectors/shopify/client.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import { tokenAnswer, tokenError } from '#connectors/shopify/schema.ts';

/** What the platform's own library tolerates (npm @shopify/shopify-api, hmac-validator). */
const callbackToleranceSeconds = 90;

type Fields = Record<string, string>;

/** Ways to a token, as the request's body tells them apart; the exchange of a code goes without a grant_type. */
export const grants = {
  authorization_code: {},
  refresh_token: { grant_type: 'refresh_token' },
  client_credentials: { grant_type: 'client_credentials' },
} as const satisfies Record<string, Fields>;

/** Throws Refused('shop_name_wrong'). Without grant_options the token is an offline one. */
export function authorizeUrl(input: {
  app: AppCredentials;
  baseUrl: string | null;
  fields: Fields;
  state: string;
  redirectUrl: string;
}): string {
  const url = new URL(`${addressOf(shopOf(input.fields.shop), input.baseUrl)}/admin/oauth/authorize`);
  url.searchParams.set('client_id', input.app.clientId);
  url.searchParams.set('scope', shopifyManifest.scopes.join(','));
  url.searchParams.set('redirect_uri', input.redirectUrl);
  url.searchParams.set('state', input.state);
  return url.href;
}

/** Hex HMAC-SHA256 of the query without `hmac` and `signature`, keys sorted, form-encoded, joined by `&`. */
export function callbackHmac(query: Readonly<Fields>, secret: string): string {
  const pairs = Object.entries(query).filter(([key]) => key !== 'hmac' && key !== 'signature');
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', secret).update(new URLSearchParams(pairs).toString()).digest('hex');
}

/** The state is the hub's to check. Throws Refused for a callback that is denied, forged, old or of another shop. */
export async function completeOAuth(
  context: AuthContext,
  input: { query: Fields; fields: Fields; redirectUrl: string },
): Promise<Credentials> {
  const { query } = input;
  const app = appOf(context);
  if (query.error !== undefined) throw new Refused({ code: 'consent_denied', parameters: {} });
  const given = Buffer.from(query.hmac ?? '', 'utf8');
  const right = Buffer.from(callbackHmac(query, app.clientSecret), 'utf8');
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new Refused({ code: 'callback_not_genuine', parameters: {} });
  }
  const ageSeconds = Math.abs(context.now().getTime() / 1000 - Number(query.timestamp));
  if (!(ageSeconds <= callbackToleranceSeconds)) throw new Refused({ code: 'callback_too_old', parameters: {} });
  const shop = shopOf(query.shop);
  if (shop !== shopOf(input.fields.shop)) throw new Refused({ code: 'callback_other_shop', parameters: { shop } });
  const body = {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    code: query.code ?? '',
    expiring: '1',
    ...grants.authorization_code,
  };
  try {
    return await fetchToken(context, shop, { scheme: 'oauth2', body, kept: {} });
  } catch (thrown) {
    if (!(thrown instanceof CredentialsExpired)) throw thrown;
    throw new Refused({ code: 'code_refused', parameters: {}, answer: thrown.answer });
  }
}

/** An access token is taken as it is: identify() tries it. Client credentials are exchanged; CredentialsExpired when they are wrong. */
export async function fromFields(context: AuthContext, scheme: Credentials['scheme'], fields: Fields): Promise<Credentials> {
  const shop = shopOf(fields.shop);
  if (scheme === 'access_token') {
    return { scheme, secrets: { shop, access_token: (fields.access_token ?? '').trim() }, scopes: [] };
  }
  const kept = { client_id: (fields.client_id ?? '').trim(), client_secret: (fields.client_secret ?? '').trim() };
  return await fetchOwnAppToken(context, shop, kept);
}

/**
 * Throws CredentialsExpired when only the seller can help. The refresh token is replaced at each use; the pair must be
 * stored at once. Until the new one is first used the old one may be sent again (since 28 August 2026), so a lost answer
 * locks nobody out.
 */
export async function refresh(context: AuthContext, credentials: Credentials): Promise<Credentials> {
  const { secrets, scheme } = credentials;
  const shop = shopOf(secrets.shop);
  if (scheme === 'client_credentials') {
    const kept = { client_id: secrets.client_id ?? '', client_secret: secrets.client_secret ?? '' };
    return await fetchOwnAppToken(context, shop, kept);
  }
  const refreshToken = secrets.refresh_token;
  if (refreshToken === undefined) throw new CredentialsExpired('This token cannot be renewed');
  const app = appOf(context);
  const body = {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    ...grants.refresh_token,
    refresh_token: refreshToken,
  };
  return await fetchToken(context, shop, { scheme, body, kept: {} });
}

const fetchOwnAppToken = (context: AuthContext, shop: string, kept: { client_id: string; client_secret: string }) =>
  fetchToken(context, shop, { scheme: 'client_credentials', body: { ...kept, ...grants.client_credentials }, kept });

/** Statuses with which a token is refused: a wrong app, code or refresh token. */
export const tokenRefusals: readonly number[] = [400, 401, 403];

interface TokenRequest {
  scheme: Credentials['scheme'];
  body: Fields;
  /** What the credentials keep besides the tokens, for renewing. */
  kept: Fields;
}

async function fetchToken(context: AuthContext, shop: string, request: TokenRequest): Promise<Credentials> {
  const response = await context.http.send({
    method: 'POST',
    url: `${addressOf(shop, context.baseUrl)}/admin/oauth/access_token`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request.body),
    bucket: 'files',
    cost: 1,
    // A code is good for one exchange; the other grants may be repeated (see refresh).
    repeatable: request.body.grant_type !== undefined,
  });
  // From here on nothing of the body may reach a log, but the error that it names.
  const body = jsonOf(response.text);
  const named = tokenError.safeParse(body).data;
  const answer: PlatformAnswer = {
    status: response.status,
    ...(named === undefined ? {} : { code: named.error, message: named.error_description }),
  };
  if (tokenRefusals.includes(response.status)) {
    throw new CredentialsExpired('Shopify does not accept the app, the code or the refresh token', answer);
  }
  refuseStatus({ ...response, text: '' }, false);
  const parsed = tokenAnswer.safeParse(body);
  if (!parsed.success) throw new MalformedResponse('The token answer has an unknown shape', answer);
  const token = parsed.data;
  const after = (seconds: number): string => secondsAfter(context.now(), seconds).toISOString();
  return {
    scheme: request.scheme,
    secrets: {
      shop,
      access_token: token.access_token,
      ...request.kept,
      ...(token.refresh_token === undefined ? {} : { refresh_token: token.refresh_token }),
    },
    scopes: token.scope.split(/[,\s]+/).filter((scope) => scope !== ''),
    ...(token.expires_in === undefined ? {} : { expiresAt: after(token.expires_in) }),
    ...(token.refresh_token_expires_in === undefined ? {} : { refreshExpiresAt: after(token.refresh_token_expires_in) }),
  };
}

function appOf(context: AuthContext): AppCredentials {
  if (context.app === null) throw new Refused({ code: 'app_missing', parameters: {} });
  return context.app;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the shape check says what is wrong
  }
}
