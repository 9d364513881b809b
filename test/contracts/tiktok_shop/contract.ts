/** Recorded traffic of TikTok Shop against the published OpenAPI documents, the signing rules and the webhook samples. */
import { parse as parseLossless } from 'lossless-json';
import { present } from '#base/assert.ts';
import { type PublishedContract, publishedContract } from '#connectors/tiktok_shop/fixtures/published-contract.ts';
import {
  gatewayCode,
  gatewayMessages,
  rateCodes,
  silentCodes,
  storeCodes,
  tokenCodes,
} from '#connectors/tiktok_shop/judge-answer.ts';
import { manifest } from '#connectors/tiktok_shop/manifest.ts';
import { operations, tokenPaths } from '#connectors/tiktok_shop/operations.ts';
import { itemCodes } from '#connectors/tiktok_shop/refusals.ts';
import { readContract } from '#test/contracts/contract-files.ts';
import type { Contract, Names } from '#test/contracts/coverage.ts';
import type { Exchange } from '#test/contracts/record.ts';
import { tiktokSign, tiktokWebhookSign } from '#test/contracts/signatures.ts';
import { shapeFaults } from '#test/contracts/tiktok_shop/shape.ts';

const consentPath = '/open/authorize';
const tokenNames = new Map<string, string>(Object.entries(tokenPaths).map(([name, path]) => [path, `token by ${name}`]));
const patterns = Object.entries(operations).map(([name, { method, path }]) => ({
  name,
  method,
  path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

const gatewayName = (meaning: string): string => `code ${gatewayCode}, ${meaning}`;

const declared: Names = {
  operations: [...Object.keys(operations), ...tokenNames.values(), 'consent page'],
  errors: [
    ...[...rateCodes, ...tokenCodes, ...silentCodes, ...Object.keys(storeCodes)].map((code) => `code ${code}`),
    ...gatewayMessages.map(([, meaning]) => gatewayName(meaning)),
    ...Object.keys(itemCodes).map((code) => `item code ${code}`),
    // What no list of the connector names, but its code provides for.
    ...['HTTP 408', 'HTTP 429', 'HTTP 503', 'not an envelope', 'partial success', 'unknown code', 'no answer', 'cut answer'],
    ...['consent denied', 'token refused', gatewayName('anything else')],
  ],
  topics: manifest.webhookTopics,
};

let opened: PublishedContract | null = null;

/** Compiled once. */
function openApi(): PublishedContract {
  opened ??= publishedContract();
  return present(opened, 'the published contract');
}

interface Envelope {
  code: number;
  message: string;
  data?: { errors?: { code: number; detail?: { extra_errors?: { code: number }[] } }[] };
}

const operationOf = ({ method, url }: Exchange): string =>
  url.pathname === consentPath
    ? 'consent page'
    : (tokenNames.get(url.pathname) ??
      patterns.find((one) => one.method === method && one.path.test(url.pathname))?.name ??
      `${method} ${url.pathname}`);

function envelopeOf({ whole, responseHeaders, responseBody }: Exchange): Envelope | null {
  return whole && (responseHeaders['content-type'] ?? '').includes('json') ? JSON.parse(responseBody) : null;
}

// ---- what was seen ------------------------------------------------------------------------------------------------

function seen(exchange: Exchange): Names {
  if (exchange.direction === 'webhook')
    return { operations: [], errors: [], topics: [topicOf(JSON.parse(exchange.requestBody).type)] };
  return { operations: [operationOf(exchange)], errors: errorsOf(exchange), topics: [] };
}

function topicOf(type: number): string {
  const { numeric_types: names } = readContract<{ numeric_types: Record<string, string> }>('tiktok_shop/webhook-topics.json');
  return names[String(type)] ?? `type ${type}`;
}

function errorsOf(exchange: Exchange): string[] {
  const { status, whole, url } = exchange;
  if (status === 0) return ['no answer'];
  if (!whole) return ['cut answer'];
  if (url.pathname === consentPath)
    return new URL(exchange.responseHeaders.location ?? 'http://none').searchParams.has('error') ? ['consent denied'] : [];
  const envelope = envelopeOf(exchange);
  if (envelope === null) return [[408, 429, 503].includes(status) ? `HTTP ${status}` : 'not an envelope'];
  if (envelope.code === 0) {
    const errors = envelope.data?.errors ?? [];
    const causes = errors.flatMap(({ code, detail }) => [code, ...(detail?.extra_errors ?? []).map((one) => one.code)]);
    return [
      ...causes.filter((code) => Object.hasOwn(itemCodes, code)).map((code) => `item code ${code}`),
      ...(errors.length > 0 ? ['partial success'] : []),
    ];
  }
  const refusedToken = tokenNames.has(url.pathname) ? ['token refused'] : [];
  return [...refusedToken, nameOfCode(envelope)];
}

function nameOfCode({ code, message }: Envelope): string {
  if (code === gatewayCode)
    return gatewayName(gatewayMessages.find(([pattern]) => pattern.test(message))?.[1] ?? 'anything else');
  if (Object.hasOwn(itemCodes, code)) return `item code ${code}`;
  const known = rateCodes.has(code) || tokenCodes.has(code) || silentCodes.has(code) || Object.hasOwn(storeCodes, code);
  return known ? `code ${code}` : 'unknown code';
}

// ---- what is wrong ------------------------------------------------------------------------------------------------

function faults(exchange: Exchange): string[] {
  if (exchange.direction === 'webhook') return webhookFaults(exchange);
  if (exchange.url.pathname === consentPath) return consentFaults(exchange);
  if (tokenNames.has(exchange.url.pathname)) return tokenFaults(exchange);
  return [...requestFaults(exchange), ...answerFaults(exchange)];
}

/** A signature is wrong exactly where the platform said so. */
function requestFaults(exchange: Exchange): string[] {
  const { method, url, requestHeaders, requestBody, app } = exchange;
  const contract = openApi();
  const found = contract.requestFaults(method, url, requestBody === '' ? undefined : requestBody);
  if (!requestHeaders['x-tts-access-token']) found.push('no access token');
  if (requestHeaders['content-type'] !== 'application/json') found.push('the body is not announced as JSON');
  if (requestBody === '{}') found.push('an empty object, which signers disagree on');
  if (method !== 'GET' && requestBody === '') found.push('no body');
  if (!/^\d{10}$/.test(url.searchParams.get('timestamp') ?? '')) found.push('timestamp is not in unix seconds');
  const right = url.searchParams.get('sign') === tiktokSign(app.clientSecret, url.pathname, url.searchParams, requestBody);
  const doubted = envelopeOf(exchange)?.code === 106001;
  if (!exchange.scripted && right === doubted) found.push(right ? 'a right signature was refused' : 'the signature is wrong');
  return found;
}

function answerFaults(exchange: Exchange): string[] {
  const envelope = envelopeOf(exchange);
  if (envelope === null) return [];
  if (envelope.code === 0) {
    const body = JSON.parse(exchange.responseBody);
    return [
      ...(exchange.status === 200 ? [] : ['a success with another status than 200']),
      ...openApi().responseFaults(exchange.method, exchange.url, body),
    ];
  }
  const { envelope: sample } = readContract<{ envelope: object }>('tiktok_shop/errors.json');
  return shapeFaults(envelope, sample, 'answer');
}

/** The published samples of the token host; it is in no OpenAPI document. */
interface TokenSamples {
  authorize_url: Record<string, string>;
  token_get: { method: string; query: object };
  token_refresh: { method: string; query: object };
  response: object;
}

function tokenFaults(exchange: Exchange): string[] {
  const samples = readContract<TokenSamples>('tiktok_shop/auth.json');
  const sample = exchange.url.pathname === tokenPaths.refresh ? samples.token_refresh : samples.token_get;
  const sent = [...exchange.url.searchParams.keys()].sort().join();
  const wanted = Object.keys(sample.query).sort().join();
  const found = sent === wanted && exchange.method === sample.method ? [] : [`sent: ${exchange.method} ${sent}`];
  const envelope = envelopeOf(exchange);
  return envelope === null ? found : [...found, ...shapeFaults(envelope, samples.response, 'answer')];
}

function consentFaults({ url, method, responseHeaders }: Exchange): string[] {
  const wanted = new URL(present(readContract<TokenSamples>('tiktok_shop/auth.json').authorize_url.US, 'the sample'));
  const found =
    method === 'GET'
      ? [...wanted.searchParams.keys()].filter((name) => !url.searchParams.get(name)).map((name) => `${name} is missing`)
      : [];
  const { location } = responseHeaders;
  if (location === undefined) return found;
  const names = [...new URL(location).searchParams.keys()].sort().join();
  return ['code,state', 'code,error'].includes(names) ? found : [...found, `a callback with ${names}`];
}

function webhookFaults({ requestHeaders, requestBody, app }: Exchange): string[] {
  const right = tiktokWebhookSign(app.clientId, app.clientSecret, requestBody);
  const found = requestHeaders.authorization === right ? [] : ['the signature is wrong'];
  const body = parseLossless(requestBody, undefined, Number) as { type: number };
  const name = topicOf(body.type).toLowerCase().replaceAll('_', '-');
  return [...found, ...shapeFaults(body, readContract(`tiktok_shop/webhooks/${body.type}-${name}.json`), name)];
}

export const tiktokShopContract: Contract = { platform: 'tiktok_shop', declared, seen, faults };
