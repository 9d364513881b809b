import type { Authorization, TokenPair } from '#connectors/tiktok_shop/sandbox/authorization.ts';
import { codes, PlatformRefusal, refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import { jsonReply, type Received, type Reply } from '#connectors/tiktok_shop/sandbox/wire.ts';

export interface Seller {
  openId: string;
  name: string;
  region: string;
}

/** The two calls of the token host. They are not signed: the app proves itself with its secret in the query. */
export const tokenPaths = { get: '/api/v2/token/get', refresh: '/api/v2/token/refresh' } as const;

/** Answers a call of the token host; throws PlatformRefusal. */
export function answerTokenCall(request: Received, authorization: Authorization, seller: Seller, requestId: string): Reply {
  if (request.method !== 'GET') throw new PlatformRefusal(codes.wrongMethod, methodMessage);
  const query = request.url.searchParams;
  const { app } = authorization;
  if (query.get('app_key') !== app.key || query.get('app_secret') !== app.secret) {
    throw new PlatformRefusal(codes.badAppCredentials, 'Invalid app key or app secret');
  }
  const grantType = query.get('grant_type');
  if (request.url.pathname === tokenPaths.get) {
    if (grantType !== 'authorized_code') refuseParameter('Invalid parameter. `grant_type` must be authorized_code.');
    return tokenReply(authorization.redeem(required(query, 'auth_code')), seller, requestId);
  }
  if (grantType !== 'refresh_token') refuseParameter('Invalid parameter. `grant_type` must be refresh_token.');
  return tokenReply(authorization.refresh(required(query, 'refresh_token')), seller, requestId);
}

const methodMessage = 'Invalid method. The HTTP method used is not supported by this endpoint.';

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') return refuseParameter(`Missing parameter. \`${name}\` is required.`);
  return value;
}

/** `…_expire_in` are moments in Unix seconds, whatever their name says. Source: authorization overview, sample answer. */
function tokenReply(pair: TokenPair, seller: Seller, requestId: string): Reply {
  return jsonReply(200, {
    code: 0,
    message: 'success',
    data: {
      access_token: pair.accessToken,
      access_token_expire_in: pair.accessExpireSeconds,
      refresh_token: pair.refreshToken,
      refresh_token_expire_in: pair.refreshExpireSeconds,
      open_id: seller.openId,
      seller_name: seller.name,
      seller_base_region: seller.region,
      user_type: 0,
      granted_scopes: pair.scopes,
    },
    request_id: requestId,
  });
}
