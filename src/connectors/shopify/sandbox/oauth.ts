/**
 * Connecting an app: the consent page, the callback's code, and the token endpoint (authorization code, refresh token,
 * client credentials). Sources: https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens and the
 * changelog on expiring offline access tokens. What the platform does when the seller declines is not published; here the
 * callback then carries error=access_denied (RFC 6749, 4.1.2.1).
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { consentPage, refusalPage } from '#connectors/shopify/sandbox/oauth-page.ts';
import { knownScopes, reported } from '#connectors/shopify/sandbox/scopes.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';
import type { ShopIdentity } from '#connectors/shopify/sandbox/shop-state.ts';
import { type AccessToken, accessSeconds, type TokenPair, type Tokens } from '#connectors/shopify/sandbox/tokens.ts';

const codeSeconds = 60;
const clientCredentialsSeconds = 86_399;

export interface App {
  clientId: string;
  clientSecret: string;
  /** What the app is allowed to have without asking: client credentials get it. */
  scopes: readonly string[];
}

interface Grant {
  scopes: readonly string[];
  usableUntil: number;
}

export class OAuth {
  readonly #app: App;
  readonly #shop: ShopIdentity;
  readonly #tokens: Tokens;
  readonly #clock: ShopClock;
  readonly #codes = new Map<string, Grant>();

  constructor(app: App, shop: ShopIdentity, tokens: Tokens, clock: ShopClock) {
    this.#app = app;
    this.#shop = shop;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** GET shows the consent page; POST is the seller's answer to it. */
  authorize(method: string, url: URL, body: string): Response {
    const fields = method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    const problem = this.#requestProblem(fields);
    if (problem !== null) return html(400, refusalPage(problem));
    if (method !== 'POST') return html(200, consentPage(this.#shop, scopesOf(fields), fields));
    const answer: Record<string, string> =
      fields.get('decision') === 'approve'
        ? { code: this.#newCode(scopesOf(fields)) }
        : { error: 'access_denied', error_description: 'The merchant declined the installation' };
    const target = new URL(fields.get('redirect_uri') ?? '');
    for (const [name, value] of this.#signed({ ...answer, state: fields.get('state') ?? '' }))
      target.searchParams.append(name, value);
    return new Response(null, { status: 302, headers: { Location: target.href } });
  }

  token(contentType: string, body: string): Response {
    const fields = readFields(contentType, body);
    if (fields === null) return refused('invalid_request', 'The body must be JSON or form-encoded');
    if (!same(fields.client_id, this.#app.clientId) || !same(fields.client_secret, this.#app.clientSecret)) {
      return refused('invalid_client', 'The client id or secret is not valid');
    }
    const grantType = fields.grant_type ?? (fields.code === undefined ? '' : 'authorization_code');
    if (grantType === 'authorization_code') return this.#redeem(fields.code ?? '', fields.expiring);
    if (grantType === 'refresh_token') {
      const pair = this.#tokens.refresh(fields.refresh_token ?? '');
      return pair === null ? refused('invalid_grant', 'The refresh token is invalid or expired') : this.#pairAnswer(pair);
    }
    if (grantType === 'client_credentials') {
      const token = this.#tokens.issue(this.#app.scopes, clientCredentialsSeconds);
      return json(200, { ...answerOf(token), expires_in: clientCredentialsSeconds });
    }
    return refused(grantType === '' ? 'invalid_request' : 'unsupported_grant_type', 'The grant type is missing or not supported');
  }

  #redeem(code: string, expiring: string | undefined): Response {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (grant === undefined || grant.usableUntil <= this.#clock.now())
      return refused('invalid_grant', 'The authorization code was not found or was already used');
    if (expiring === '1' || expiring === 'true') return this.#pairAnswer(this.#tokens.issuePair(grant.scopes));
    return json(200, answerOf(this.#tokens.issue(grant.scopes, null)));
  }

  #pairAnswer(pair: TokenPair): Response {
    const left = (moment: number): number => Math.floor((moment - this.#clock.now()) / 1000);
    return json(200, {
      ...answerOf(pair.access),
      expires_in: pair.access.expiresAt === null ? accessSeconds : left(pair.access.expiresAt),
      refresh_token: pair.refreshToken,
      refresh_token_expires_in: left(pair.refreshExpiresAt),
    });
  }

  #requestProblem(fields: URLSearchParams): string | null {
    if (fields.get('client_id') !== this.#app.clientId) return 'The client_id is not that of an app of this shop.';
    const unknown = scopesOf(fields).filter((scope) => !knownScopes.has(scope));
    if (unknown.length > 0) return `These access scopes do not exist: ${unknown.join(', ')}.`;
    if (fields.getAll('grant_options[]').some((option) => option !== ''))
      return 'This practice shop gives offline tokens only: leave grant_options[] empty.';
    if ((fields.get('state') ?? '') === '') return 'The state is missing: without it the callback cannot be trusted.';
    const address = fields.get('redirect_uri') ?? '';
    if (!URL.canParse(address)) return 'The redirect_uri is not an absolute address.';
    const { protocol, hostname, hash } = new URL(address);
    const local = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
    if (hash !== '' || !(protocol === 'https:' || (protocol === 'http:' && local)))
      return 'The redirect_uri is not allowed: https, or http on this machine.';
    return null;
  }

  #newCode(scopes: readonly string[]): string {
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, { scopes, usableUntil: this.#clock.now() + codeSeconds * 1000 });
    return code;
  }

  /** HMAC-SHA256, hex, over the other parameters sorted by name. */
  #signed(answer: Record<string, string>): [string, string][] {
    const parameters: [string, string][] = Object.entries({
      ...answer,
      host: Buffer.from(`admin.shopify.com/store/${this.#shop.domain.replace('.myshopify.com', '')}`)
        .toString('base64')
        .replace(/=+$/, ''),
      shop: this.#shop.domain,
      timestamp: String(Math.floor(this.#clock.now() / 1000)),
    });
    parameters.sort(([a], [b]) => (a < b ? -1 : 1));
    const message = new URLSearchParams(parameters).toString();
    return [...parameters, ['hmac', createHmac('sha256', this.#app.clientSecret).update(message).digest('hex')]];
  }
}

const scopesOf = (fields: URLSearchParams): string[] =>
  (fields.get('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');

const answerOf = (token: AccessToken) => ({ access_token: token.value, scope: reported(token.granted).join(',') });

function readFields(contentType: string, body: string): Record<string, string> | null {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body));
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return null;
  }
}

function same(given: string | undefined, wanted: string): boolean {
  const a = Buffer.from(given ?? '');
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}

const json = (status: number, body: unknown): Response => Response.json(body, { status });
const refused = (error: string, description: string): Response => json(400, { error, error_description: description });
const html = (status: number, body: string): Response =>
  new Response(body, { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
