/**
 * Access tokens and the refresh tokens behind them. Access lives 60 minutes, a refresh token 90 days and is replaced at
 * each use; the one before stays good, for a lost answer's sake, until its replacement is first used, 30 days at most.
 * Source: https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens.
 */
import { randomBytes } from 'node:crypto';
import { withImplied } from '#connectors/shopify/sandbox/scopes.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';

export const accessSeconds = 3600;
export const refreshSeconds = 90 * 86_400;
const graceSeconds = 30 * 86_400;

export interface AccessToken {
  value: string;
  /** As granted, and with what they imply. */
  granted: readonly string[];
  scopes: ReadonlySet<string>;
  /** Milliseconds by the shop's clock; null for a token that does not expire. */
  expiresAt: number | null;
}

export interface TokenPair {
  access: AccessToken;
  refreshToken: string;
  refreshExpiresAt: number;
}

interface RefreshToken {
  value: string;
  granted: readonly string[];
  goodUntil: number;
  /** What it was replaced by, and the pair of that replacement: a repeated refresh gets the same one. */
  replacement: TokenPair | null;
  previous: RefreshToken | null;
}

export class Tokens {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #clock: ShopClock;

  constructor(clock: ShopClock) {
    this.#clock = clock;
  }

  /** A token that lives so many seconds, or for ever. */
  issue(granted: readonly string[], seconds: number | null): AccessToken {
    const expiresAt = seconds === null ? null : this.#clock.now() + seconds * 1000;
    const token: AccessToken = {
      value: `shpat_${randomBytes(16).toString('hex')}`,
      granted,
      scopes: withImplied(granted),
      expiresAt,
    };
    this.#access.set(token.value, token);
    return token;
  }

  issuePair(granted: readonly string[]): TokenPair {
    return this.#pair(granted, null);
  }

  /** The new pair, or null when the refresh token is unknown, expired or spent. */
  refresh(value: string): TokenPair | null {
    const token = this.#refresh.get(value);
    if (token === undefined || token.goodUntil <= this.#clock.now()) return null;
    // Its first use ends the grace of the one before.
    if (token.previous !== null) this.#refresh.delete(token.previous.value);
    token.previous = null;
    if (token.replacement !== null) {
      const { access, refreshToken, refreshExpiresAt } = token.replacement;
      const still = this.find(access.value) !== null;
      return { access: still ? access : this.issue(token.granted, accessSeconds), refreshToken, refreshExpiresAt };
    }
    const pair = this.#pair(token.granted, token);
    token.replacement = pair;
    token.goodUntil = Math.min(token.goodUntil, this.#clock.now() + graceSeconds * 1000);
    return pair;
  }

  /** The token when it is good now. */
  find(value: string | null): AccessToken | null {
    const token = this.#access.get(value ?? '');
    return token === undefined || (token.expiresAt !== null && token.expiresAt <= this.#clock.now()) ? null : token;
  }

  revoke(value: string | null): void {
    this.#access.delete(value ?? '');
  }

  /** The app was uninstalled: nothing works any more. */
  revokeAll(): void {
    this.#access.clear();
    this.#refresh.clear();
  }

  #pair(granted: readonly string[], previous: RefreshToken | null): TokenPair {
    const refreshExpiresAt = this.#clock.now() + refreshSeconds * 1000;
    const token: RefreshToken = {
      value: `shprt_${randomBytes(16).toString('hex')}`,
      granted,
      goodUntil: refreshExpiresAt,
      replacement: null,
      previous,
    };
    this.#refresh.set(token.value, token);
    return { access: this.issue(granted, accessSeconds), refreshToken: token.value, refreshExpiresAt };
  }
}
