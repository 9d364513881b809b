/** Becoming connected: consent page, code exchange, pasted tokens, renewal. Source: partner documentation, "Authorization overview". */
import { AppError } from '#base/errors.ts';
import type { AppCredentials, AuthContext, AuthScheme, Connector, Credentials, Session } from '#connectors/connector.ts';
import { CredentialsExpired, Refused } from '#connectors/errors.ts';
import { call, callToken, hostOf } from '#connectors/tiktok_shop/client.ts';
import { operations, tokenPaths } from '#connectors/tiktok_shop/operations.ts';
import { refused } from '#connectors/tiktok_shop/refusals.ts';
import { type Shop, shops, type Token, token } from '#connectors/tiktok_shop/schema.ts';
import { isoOfSeconds } from '#connectors/tiktok_shop/translate.ts';

type Auth = Connector['auth'];

export const authorizeUrl: NonNullable<Auth['authorizeUrl']> = ({ app, baseUrl, fields, state, redirectUrl }) => {
  const host = hostOf(fields.region === 'US' ? 'consentInUnitedStates' : 'consent', baseUrl);
  const query = new URLSearchParams({ service_id: serviceIdOf(app), state });
  // The platform returns to the address registered in Partner Center; a practice store has no such place and is told.
  if (baseUrl !== null) query.set('redirect_uri', redirectUrl);
  return `${host}/open/authorize?${query.toString()}`;
};

/** Throws Refused: auth_denied, auth_code_missing, auth_code_rejected, not_a_seller, no_shop_granted, shop_not_granted. */
export const completeOAuth: NonNullable<Auth['completeOAuth']> = async (context, { query, fields }) => {
  const { code = '', error = '' } = query;
  // The seller's refusal comes back as code=null&error=auth_denied.
  if (error !== '' || code === 'null') throw refused('auth_denied');
  if (code === '') throw refused('auth_code_missing');
  const granted = await exchangeCode(context, code);
  if (granted.user_type !== null && granted.user_type !== undefined && granted.user_type !== 0) throw refused('not_a_seller');
  return await withShop(context, fromToken('oauth2', granted, {}), fields.shop_id ?? '');
};

/** A token from Partner Center's testing tool. Throws Refused as above, CredentialsExpired when the token is not accepted. */
export const fromFields = async (
  context: AuthContext,
  scheme: AuthScheme['kind'],
  fields: Record<string, string>,
): Promise<Credentials> => {
  const secrets = { access_token: (fields.access_token ?? '').trim(), refresh_token: (fields.refresh_token ?? '').trim() };
  return await withShop(context, { scheme, secrets, scopes: [] }, (fields.shop_id ?? '').trim());
};

/**
 * A new access token from the refresh token. Whether the refresh token changes is not documented: whatever comes is kept.
 * Throws CredentialsExpired when only the seller can help.
 */
export const refresh: NonNullable<Auth['refresh']> = async (context, credentials) => {
  const refreshToken = credentials.secrets.refresh_token ?? '';
  if (refreshToken === '') throw new CredentialsExpired('There is no refresh token');
  try {
    const renewed = await callToken(
      context,
      tokenPaths.refresh,
      { refresh_token: refreshToken, grant_type: 'refresh_token' },
      token,
    );
    const next = fromToken(credentials.scheme, renewed, credentials.secrets);
    return { ...next, scopes: next.scopes.length > 0 ? next.scopes : credentials.scopes };
  } catch (thrown) {
    // A wrong app key is the operator's to mend; the seller could authorise again and again in vain.
    if (thrown instanceof Refused && !['app_missing', 'app_rejected', 'ip_not_allowed'].includes(thrown.refusal.code)) {
      throw new CredentialsExpired('The refresh token is not accepted', thrown.answer, thrown);
    }
    throw thrown;
  }
};

/** The shops that the token may act for. */
export async function grantedShops(session: Session): Promise<readonly Shop[]> {
  const { data } = await call(session, { operation: operations.getAuthorizedShops, answer: shops });
  return data.shops;
}

async function exchangeCode(context: AuthContext, code: string): Promise<Token> {
  try {
    return await callToken(context, tokenPaths.exchange, { auth_code: code, grant_type: 'authorized_code' }, token);
  } catch (thrown) {
    // A code lives 30 minutes and works once.
    const rejected =
      thrown instanceof CredentialsExpired || (thrown instanceof Refused && thrown.refusal.code === 'platform_refused');
    if (rejected) throw refused('auth_code_rejected', {}, thrown.answer);
    throw thrown;
  }
}

function fromToken(scheme: AuthScheme['kind'], granted: Token, kept: Readonly<Record<string, string>>): Credentials {
  const refreshToken = granted.refresh_token || (kept.refresh_token ?? '');
  return {
    scheme,
    secrets: {
      ...kept,
      access_token: granted.access_token,
      refresh_token: refreshToken,
      ...(granted.open_id === '' ? {} : { open_id: granted.open_id }),
    },
    scopes: granted.granted_scopes,
    expiresAt: isoOfSeconds(granted.access_token_expire_in),
    ...(granted.refresh_token_expire_in ? { refreshExpiresAt: isoOfSeconds(granted.refresh_token_expire_in) } : {}),
  };
}

/** Every call but this one names its shop by a cipher, so the shop is settled here, once. */
async function withShop(context: AuthContext, credentials: Credentials, wantedId: string): Promise<Credentials> {
  const granted = await grantedShops({ ...context, credentials });
  const shop = wantedId === '' ? granted[0] : granted.find(({ id }) => id === wantedId);
  if (shop === undefined) throw wantedId === '' ? refused('no_shop_granted') : refused('shop_not_granted', { shopId: wantedId });
  return {
    ...credentials,
    secrets: {
      ...credentials.secrets,
      shop_id: shop.id,
      shop_cipher: shop.cipher,
      shop_region: shop.region,
      seller_type: shop.seller_type,
      shop_chosen_by: wantedId === '' ? 'order' : 'id',
    },
  };
}

function serviceIdOf(app: AppCredentials): string {
  const serviceId = app.extra.service_id;
  if (serviceId) return serviceId;
  throw new AppError(
    'misconfigured',
    'The TikTok Shop app has no service id. Copy it from Partner Center (App & Service) into Settings, beside the app key.',
  );
}
