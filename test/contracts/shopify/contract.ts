/** Recorded traffic of Shopify against the published Admin schema, OAuth rules and webhook schemas. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { present } from '#base/assert.ts';
import { errorMeanings, statusMeanings } from '#connectors/shopify/client.ts';
import { documents, exportQueries } from '#connectors/shopify/documents.ts';
import { documentFaults, publishedSchema, requestFaults } from '#connectors/shopify/fixtures/published-contract.ts';
import { apiVersion, shopifyManifest } from '#connectors/shopify/manifest.ts';
import { grants, tokenRefusals } from '#connectors/shopify/oauth.ts';
import { exportBusyCodes, quantityCodes, refusalCodes } from '#connectors/shopify/refusals.ts';
import { exportStatus } from '#connectors/shopify/schema.ts';
import { readContract } from '#test/contracts/contract-files.ts';
import type { Contract, Names } from '#test/contracts/coverage.ts';
import type { Exchange } from '#test/contracts/record.ts';
import { answerFaults, operationIn, variableFaults } from '#test/contracts/shopify/admin-schema.ts';
import { exportRowFaults } from '#test/contracts/shopify/export-rows.ts';
import { shopifyCallbackHmac, shopifyWebhookHmac } from '#test/contracts/signatures.ts';

const versions = ['2026-07', '2026-10'];
const texts = new Map<string, string>(Object.values(documents).map(({ name, text }) => [name, text]));
const consentPath = '/admin/oauth/authorize';
const tokenPath = '/admin/oauth/access_token';
const filesPath = '/practice-files/';

const declared: Names = {
  operations: [
    ...texts.keys(),
    ...Object.keys(exportQueries).map((name) => `export of ${name}`),
    ...Object.keys(grants).map((name) => `token by ${name}`),
    'consent page',
    'file of an export',
  ],
  errors: [
    ...Object.keys(statusMeanings).map((status) => `HTTP ${status}`),
    ...tokenRefusals.map((status) => `token refused with ${status}`),
    ...Object.keys(errorMeanings).map((code) => `errors: ${code}`),
    ...[...Object.keys(refusalCodes), ...Object.values(quantityCodes), ...exportBusyCodes].map((code) => `userErrors: ${code}`),
    ...exportStatus.options.map((status) => `export ${status}`),
    // What no list of the connector names, but its code provides for.
    ...['export denied', 'userErrors without a code', 'errors beside data', 'partial success', 'no answer', 'cut answer'],
    ...['consent denied', 'errors: another code', 'not GraphQL'],
  ],
  topics: shopifyManifest.webhookTopics,
};

interface Call {
  name: string;
  query: string;
  variables: Record<string, unknown>;
}
interface Envelope {
  data?: Record<string, Record<string, unknown> | null> | null;
  errors?: { message: string; extensions?: { code?: string } }[] | string;
  extensions?: unknown;
}
type UserError = { field: string[] | null; code?: string | null };

const versionOf = ({ url }: Exchange): string | null => /^\/admin\/api\/([^/]+)\/graphql\.json$/.exec(url.pathname)?.[1] ?? null;

function callOf({ requestBody }: Exchange): Call {
  const { operationName, query, variables } = JSON.parse(requestBody);
  return { name: operationName, query, variables };
}

function envelopeOf({ responseBody, responseHeaders }: Exchange): Envelope | null {
  return (responseHeaders['content-type'] ?? '').includes('json') ? JSON.parse(responseBody) : null;
}

// ---- what was seen ------------------------------------------------------------------------------------------------

function seen(exchange: Exchange): Names {
  const nothing = { operations: [], errors: [], topics: [] };
  if (exchange.direction === 'webhook')
    return { ...nothing, topics: [topicOf(exchange.requestHeaders['x-shopify-topic'] ?? '')] };
  const errors = exchange.status === 0 ? ['no answer'] : exchange.whole ? [] : ['cut answer'];
  const { pathname } = exchange.url;
  if (pathname === consentPath) {
    const denied = new URL(exchange.responseHeaders.location ?? 'http://none').searchParams.has('error');
    return { ...nothing, operations: ['consent page'], errors: denied ? ['consent denied'] : errors };
  }
  if (pathname === tokenPath) {
    const refused = exchange.status >= 400 ? [`token refused with ${exchange.status}`] : [];
    return { ...nothing, operations: [`token by ${grantOf(exchange)}`], errors: [...errors, ...refused] };
  }
  if (pathname.startsWith(filesPath)) return { ...nothing, operations: ['file of an export'], errors };
  if (versionOf(exchange) === null) return { ...nothing, operations: [`${exchange.method} ${pathname}`], errors };
  const call = callOf(exchange);
  const exported = Object.entries(exportQueries).find(([, text]) => text === call.variables.query)?.[0];
  const operations = [call.name, ...(exported === undefined ? [] : [`export of ${exported}`])];
  return { operations, errors: [...errors, ...graphqlErrors(exchange, call)], topics: [] };
}

const topicOf = (header: string): string => header.replaceAll('/', '_').toUpperCase();

function grantOf({ requestBody }: Exchange): string {
  const { grant_type: grant, code } = JSON.parse(requestBody) as { grant_type?: string; code?: string };
  return grant ?? (code === undefined ? 'nothing' : 'authorization_code');
}

function graphqlErrors(exchange: Exchange, call: Call): string[] {
  const { status, whole } = exchange;
  if (!whole) return [];
  const found = status >= 400 ? [`HTTP ${Math.min(status, 500)}`] : [];
  const envelope = envelopeOf(exchange);
  if (envelope === null) return status < 400 ? [...found, 'not GraphQL'] : found;
  if (Array.isArray(envelope.errors)) {
    for (const { extensions } of envelope.errors) {
      const code = extensions?.code ?? '';
      found.push(Object.hasOwn(errorMeanings, code) ? `errors: ${code}` : 'errors: another code');
    }
    if (envelope.data != null) found.push('errors beside data');
  }
  for (const payload of Object.values(envelope.data ?? {})) found.push(...payloadErrors(payload, call));
  return found;
}

function payloadErrors(payload: Record<string, unknown> | null, call: Call): string[] {
  if (payload === null) return [];
  const userErrors = (payload.userErrors ?? []) as UserError[];
  const found = userErrors.map(({ code }) => (code == null ? 'userErrors without a code' : `userErrors: ${code}`));
  const sent = call.variables.variants;
  const failed = new Set(userErrors.map(({ field }) => field?.[1]));
  if (Array.isArray(sent) && failed.size > 0 && !failed.has(undefined) && failed.size < sent.length)
    found.push('partial success');
  if (call.name === documents.bulkStatus.name) {
    found.push(`export ${String(payload.status)}`);
    if (payload.errorCode === 'ACCESS_DENIED') found.push('export denied');
  }
  return found;
}

// ---- what is wrong ------------------------------------------------------------------------------------------------

function faults(exchange: Exchange): string[] {
  if (exchange.direction === 'webhook') return webhookFaults(exchange);
  const { pathname } = exchange.url;
  if (pathname === consentPath) return consentFaults(exchange);
  if (pathname === tokenPath) return tokenFaults(exchange);
  if (pathname.startsWith(filesPath)) return fileFaults(exchange);
  if (versionOf(exchange) === null) return ['an address that is none of the platform'];
  return [...callFaults(exchange), ...(exchange.whole ? envelopeFaults(exchange) : [])];
}

function callFaults(exchange: Exchange): string[] {
  const { name, query, variables } = callOf(exchange);
  const found: string[] = [];
  if (query !== texts.get(name)) found.push('the document is not the one of its name');
  if ((exchange.requestHeaders['x-shopify-access-token'] ?? '') === '') found.push('no access token');
  if (exchange.requestHeaders['content-type'] !== 'application/json') found.push('the body is not announced as JSON');
  for (const version of versions) {
    const schema = present(publishedSchema(version), version);
    const inner = typeof variables.query === 'string' && name === documents.bulkRun.name ? variables.query : null;
    const all = [
      ...requestFaults(schema, query, variables),
      ...variableFaults(schema, query, variables),
      ...(inner === null ? [] : documentFaults(schema, inner)),
    ];
    found.push(...all.map((fault) => `on ${version}: ${fault}`));
  }
  if (name === documents.setQuantities.name) found.push(...quantityFaults(query, variables));
  return found;
}

/** Enforced by the platform since 2026-04, though its schema shows neither. */
function quantityFaults(query: string, { input, key }: Record<string, unknown>): string[] {
  const [field] = operationIn(query).selectionSet.selections;
  const found = field?.directives?.some(({ name }) => name.value === 'idempotent') ? [] : ['a write without @idempotent'];
  if (!/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/.test(String(key))) found.push('an idempotency key that is no UUID');
  const { quantities } = input as { quantities: object[] };
  if (!quantities.every((one) => 'changeFromQuantity' in one)) found.push('a quantity without changeFromQuantity');
  return found;
}

const costSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['requestedQueryCost', 'actualQueryCost', 'throttleStatus'],
  properties: {
    requestedQueryCost: { type: 'integer' },
    actualQueryCost: { type: ['integer', 'null'] },
    throttleStatus: {
      type: 'object',
      additionalProperties: false,
      required: ['maximumAvailable', 'currentlyAvailable', 'restoreRate'],
      properties: {
        maximumAvailable: { type: 'number' },
        currentlyAvailable: { type: 'number' },
        restoreRate: { type: 'number' },
      },
    },
  },
};
const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
const envelopeSchema = ajv.compile({
  type: 'object',
  additionalProperties: false,
  properties: {
    data: { type: ['object', 'null'] },
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['message'],
        properties: { message: { type: 'string' }, extensions: { type: 'object', properties: { code: { type: 'string' } } } },
      },
    },
    extensions: { type: 'object', additionalProperties: false, properties: { cost: costSchema } },
  },
});

function envelopeFaults(exchange: Exchange): string[] {
  const envelope = envelopeOf(exchange);
  // Below 200 the platform's error bodies are not published.
  if (envelope === null || exchange.status !== 200) return [];
  const found: string[] = [];
  if (!envelopeSchema(envelope)) found.push(`the answer's frame: ${ajv.errorsText(envelopeSchema.errors)}`);
  if (envelope.data === undefined && envelope.errors === undefined) found.push('neither data nor errors');
  // Data that came with errors may lack a whole branch, but what is there is as the schema says.
  const schema = present(publishedSchema(versionOf(exchange) ?? ''), 'the schema of the version that was called');
  if (envelope.data != null) found.push(...answerFaults(schema, callOf(exchange).query, envelope.data));
  return found;
}

function fileFaults(exchange: Exchange): string[] {
  if (!exchange.whole || exchange.status !== 200) return [];
  const schema = present(publishedSchema(apiVersion), 'the schema of our version');
  const leaked = 'x-shopify-access-token' in exchange.requestHeaders ? ['our token was sent to the storage host'] : [];
  const lines = exchange.responseBody.split('\n').filter((line) => line !== '');
  const found = lines.flatMap((line) => exportRowFaults(schema, Object.values(exportQueries), JSON.parse(line)));
  return [...leaked, ...found];
}

function consentFaults(exchange: Exchange): string[] {
  const { method, url, responseHeaders, app, requestBody } = exchange;
  const asked = method === 'GET' ? url.searchParams : new URLSearchParams(requestBody || url.search);
  const missing = ['client_id', 'scope', 'redirect_uri', 'state'].filter(
    (name) => !asked.get(name) && !url.searchParams.get(name),
  );
  const found = missing.map((name) => `${name} is missing`);
  const { location } = responseHeaders;
  if (location === undefined) return found;
  const callback = new URL(location).searchParams;
  if (callback.get('hmac') !== shopifyCallbackHmac(app.clientSecret, callback)) found.push("the callback's hmac is wrong");
  const names = [...callback.keys()].sort().join();
  // What a denied callback carries is not published in full.
  return names === 'code,hmac,host,shop,state,timestamp' || callback.has('error')
    ? found
    : [...found, `a callback with ${names}`];
}

/** Fields of requests and answers by grant; https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens. */
const tokenFields: Readonly<Record<string, { asked: string; answered: string }>> = {
  authorization_code: {
    asked: 'client_id,client_secret,code,expiring',
    answered: 'access_token,expires_in,refresh_token,refresh_token_expires_in,scope',
  },
  refresh_token: {
    asked: 'client_id,client_secret,grant_type,refresh_token',
    answered: 'access_token,expires_in,refresh_token,refresh_token_expires_in,scope',
  },
  client_credentials: { asked: 'client_id,client_secret,grant_type', answered: 'access_token,expires_in,scope' },
};

function tokenFaults(exchange: Exchange): string[] {
  const fields = tokenFields[grantOf(exchange)];
  if (fields === undefined) return ['a grant that is not documented'];
  const namesOf = (text: string): string => Object.keys(JSON.parse(text)).sort().join();
  const found = namesOf(exchange.requestBody) === fields.asked ? [] : [`sent: ${namesOf(exchange.requestBody)}`];
  if (!exchange.whole) return found;
  const wanted = exchange.status === 200 ? fields.answered : 'error,error_description';
  return namesOf(exchange.responseBody) === wanted ? found : [...found, `answered: ${namesOf(exchange.responseBody)}`];
}

// ---- webhooks -----------------------------------------------------------------------------------------------------

const webhookHeaders = ['topic', 'hmac-sha256', 'shop-domain', 'api-version', 'webhook-id', 'event-id', 'triggered-at'];

function webhookFaults({ requestHeaders, requestBody, app }: Exchange): string[] {
  const found = webhookHeaders
    .filter((name) => !requestHeaders[`x-shopify-${name}`])
    .map((name) => `x-shopify-${name} is missing`);
  if (requestHeaders['x-shopify-hmac-sha256'] !== shopifyWebhookHmac(app.clientSecret, requestBody))
    found.push('the hmac is wrong');
  const topic = requestHeaders['x-shopify-topic'] ?? '';
  return [...found, ...payloadFaults(topic, JSON.parse(requestBody))];
}

/** What the published schema of a topic's payload finds, unless the platform's own sample does just the same. */
export function payloadFaults(topic: string, payload: unknown): string[] {
  const { example, json_schema: schema } = readContract<{ example: unknown; json_schema: object }>(
    `shopify/webhooks-2026-07/${topic.replaceAll('/', '.')}.json`,
  );
  const validate = ajv.compile(closed(schema));
  if (validate(payload)) return [];
  return (validate.errors ?? [])
    .filter(
      ({ instancePath, keyword }) =>
        keyword === 'additionalProperties' || kindAt(payload, instancePath) !== kindAt(example, instancePath),
    )
    .map(({ instancePath, message, params }) => `${topic} ${instancePath} ${message} ${JSON.stringify(params)}`);
}

function kindAt(value: unknown, path: string): string {
  const found = path
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => (inner === null || inner === undefined ? inner : Reflect.get(Object(inner), key)), value);
  return found === null ? 'null' : typeof found;
}

/** Fields that the schema does not name are refused. */
function closed(schema: object): object {
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    const copy = Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
    // The platform's sample has an empty list there, from which its schema was drawn: of its items nothing is published.
    if (copy.items === false) delete copy.items;
    return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
  };
  return walk(schema) as object;
}

export const shopifyContract: Contract = { platform: 'shopify', declared, seen, faults };
