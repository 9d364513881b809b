import type { ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { type Endpoint, findEndpoint } from '#connectors/tiktok_shop/sandbox/endpoints.ts';
import { codes, PlatformRefusal, refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import { sameSign, signOfRequest } from '#connectors/tiktok_shop/sandbox/request-signature.ts';
import type { Received } from '#connectors/tiktok_shop/sandbox/wire.ts';

const secondsEarly = 5 * 60;
const secondsAhead = 30;

/** A call let through: what is left to do is the shop's own business. */
export interface AdmittedCall {
  endpoint: Endpoint;
  /** Does it, and gives the answer's `data`; throws PlatformRefusal. */
  perform(): object;
}

/**
 * What every API call must pass before the shop looks at it, in this order: path, method and version; app key, timestamp,
 * sign; access token; shop cipher; scope; format of the body. Throws PlatformRefusal. The messages are those of
 * "Common errors".
 */
export function admitCall(request: Received, floor: ShopFloor): AdmittedCall {
  const { endpoint, path } = findEndpoint(request.method, request.url.pathname);
  const query = request.url.searchParams;
  checkRepetition(query);
  checkApp(query, floor);
  checkTimestamp(query.get('timestamp'), floor);
  checkSign(request, floor);
  const token = request.headers.get('x-tts-access-token') ?? '';
  const pair = floor.authorization.check(token);
  checkShop(query, endpoint, floor);
  if (endpoint.scope !== null && !pair.scopes.includes(endpoint.scope)) {
    throw new PlatformRefusal(
      codes.scopeMissing,
      'Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.',
    );
  }
  checkContentType(request.headers.get('content-type'));
  return { endpoint, perform: () => endpoint.answer({ path, query, body: request.body }, floor) };
}

function checkRepetition(query: URLSearchParams): void {
  for (const key of new Set(query.keys())) {
    if (query.getAll(key).length > 1)
      refuseParameter(`Invalid parameter. The \`${key}\` query parameter is given more than once.`);
  }
}

function checkApp(query: URLSearchParams, floor: ShopFloor): void {
  if (query.get('app_key') !== floor.authorization.app.key)
    refuseParameter('Invalid credentials. Invalid `app_key` query parameter.');
}

function checkTimestamp(text: string | null, floor: ShopFloor): void {
  if (text === null || !/^\d{1,12}$/.test(text)) {
    refuseParameter('Invalid timestamp. The value of the `timestamp` query parameter must not be lesser than 0.');
  }
  const lateness = floor.clock.seconds() - Number(text);
  if (lateness > secondsEarly) {
    refuseParameter(
      'Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes before the current time.',
    );
  }
  if (-lateness > secondsAhead) {
    refuseParameter(
      'Invalid timestamp. The value of the `timestamp` query parameter must not exceed the current time by more than 30 seconds.',
    );
  }
}

function checkSign(request: Received, floor: ShopFloor): void {
  const query = request.url.searchParams;
  const sign = query.get('sign');
  if (sign === null || sign === '') {
    refuseParameter('Missing credentials. The request does not include a required signature in the query.');
  }
  const expected = signOfRequest(floor.authorization.app.secret, {
    path: request.url.pathname,
    query,
    body: request.body,
    multipart: (request.headers.get('content-type') ?? '').startsWith('multipart/form-data'),
  });
  if (!sameSign(sign, expected)) {
    throw new PlatformRefusal(codes.badSign, 'Invalid credentials. The `sign` query parameter is invalid.');
  }
}

function checkShop(query: URLSearchParams, endpoint: Endpoint, floor: ShopFloor): void {
  if (query.has('shop_id')) refuseParameter('Invalid identifier. The `shop_id` query parameter is invalid.');
  const cipher = query.get('shop_cipher');
  if (!endpoint.takesCipher) {
    if (cipher !== null)
      refuseParameter('Unexpected identifier. The `shop_cipher` query parameter is not required for this request.');
    return;
  }
  if (cipher === null || cipher === '') {
    throw new PlatformRefusal(
      codes.cipherMissing,
      'Missing identifier. The `shop_cipher` query parameter is required to identify the target shop.',
    );
  }
  if (cipher !== floor.shop.cipher) {
    throw new PlatformRefusal(
      codes.shopMismatch,
      'Invalid query or header. The associated shop does not match the `shop_cipher` query parameter.',
    );
  }
}

/** The contract asks for the header on every call, with a body or without. */
function checkContentType(contentType: string | null): void {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) {
    throw new PlatformRefusal(
      codes.badFormat,
      'Invalid request format. The request body format must be `application/json` for structured data or `multipart/form-data` for binary files.',
    );
  }
}
