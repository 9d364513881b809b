import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';
import { codes, PlatformRefusal } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import type { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';

const codeSeconds = 30 * 60;
const accessTokenSeconds = 7 * 86_400;
/** A seller's authorization ends after a year; refreshing does not prolong it. */
const authorizationSeconds = 365 * 86_400;
const noticeSeconds = 30 * 86_400;

export interface PracticeApp {
  key: string;
  secret: string;
  serviceId: string;
}

export interface TokenPair {
  accessToken: string;
  accessExpireSeconds: number;
  refreshToken: string;
  refreshExpireSeconds: number;
  scopes: readonly string[];
}

export interface AuthorizationSettings {
  app: PracticeApp;
  ids: LongIds;
  clock: ShopClock;
  /** "TTP" in the United States, else "ROW". */
  tokenPrefix: string;
  scopes: readonly string[];
}

interface AccessToken {
  expireSeconds: number;
  pair: TokenPair;
}

/**
 * The seller's authorizations of the app. A code buys tokens once, within 30 minutes. Each refresh gives a new pair; the
 * refresh token that it replaces stays good only until the new pair is first used, so that an answer that got lost on
 * the way locks nobody out, and a client that does not keep the new one is found out. Access tokens live out their time.
 */
export class Authorization {
  readonly #settings: AuthorizationSettings;
  readonly #codes = new Map<string, { expireSeconds: number }>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, TokenPair>();
  /** By a pair that has not been used yet: the refresh token that it replaces. */
  readonly #replaced = new Map<TokenPair, string>();
  #authorizationEndSeconds: number;
  #lastNoticeDay = -1;
  #current: TokenPair;

  constructor(settings: AuthorizationSettings) {
    this.#settings = settings;
    this.#authorizationEndSeconds = settings.clock.seconds() + authorizationSeconds;
    this.#current = this.#grant();
  }

  get app(): PracticeApp {
    return this.#settings.app;
  }

  /** The tokens that were given out last. */
  get current(): TokenPair {
    return this.#current;
  }

  get ended(): boolean {
    return this.#settings.clock.seconds() >= this.#authorizationEndSeconds;
  }

  /** The seller says yes on the consent page. */
  giveCode(): string {
    const code = this.#settings.ids.token(this.#settings.tokenPrefix);
    this.#codes.set(code, { expireSeconds: this.#settings.clock.seconds() + codeSeconds });
    return code;
  }

  /** Tokens for a code; throws PlatformRefusal when it is unknown, used or too old. */
  redeem(code: string): TokenPair {
    const given = this.#codes.get(code);
    this.#codes.delete(code);
    if (given === undefined || this.#settings.clock.seconds() > given.expireSeconds) {
      throw new PlatformRefusal(codes.badAuthCode, 'Authorized code is invalid or expired');
    }
    this.#authorizationEndSeconds = this.#settings.clock.seconds() + authorizationSeconds;
    this.#lastNoticeDay = -1;
    this.#current = this.#grant();
    return this.#current;
  }

  /** A new pair for a refresh token; throws PlatformRefusal when that is unknown, replaced or expired. */
  refresh(refreshToken: string): TokenPair {
    const pair = this.#refreshTokens.get(refreshToken);
    if (pair === undefined || this.#settings.clock.seconds() >= pair.refreshExpireSeconds) {
      throw new PlatformRefusal(codes.badRefreshToken, 'Refresh token is invalid or expired');
    }
    this.#use(pair);
    this.#current = this.#grant();
    this.#replaced.set(this.#current, refreshToken);
    return this.#current;
  }

  /** The pair of an access token that is good now; throws PlatformRefusal. */
  check(accessToken: string): TokenPair {
    const token = this.#accessTokens.get(accessToken);
    if (token === undefined) {
      throw new PlatformRefusal(codes.badParameter, 'Invalid credentials. The `x-tts-access-token` header is invalid.');
    }
    if (this.#settings.clock.seconds() >= token.expireSeconds) {
      throw new PlatformRefusal(
        codes.tokenExpired,
        'Expired credentials. The `access_token` or `x-tts-access-token` header has expired.',
      );
    }
    this.#use(token.pair);
    return token.pair;
  }

  /** Makes one access token old at once. */
  expire(accessToken: string): void {
    const token = this.#accessTokens.get(accessToken);
    if (token !== undefined) token.expireSeconds = 0;
  }

  /** The seller takes the authorization back: no token and no code is good any more. */
  withdraw(): void {
    this.#codes.clear();
    this.#accessTokens.clear();
    this.#refreshTokens.clear();
    this.#replaced.clear();
    this.#authorizationEndSeconds = this.#settings.clock.seconds();
  }

  /**
   * Due once a day from 30 days before the authorization ends: days left and the end. Null when nothing is due.
   * Source: UPCOMING_AUTHORIZATION_EXPIRATION in the event list.
   */
  expiryNotice(): { days: number; endSeconds: number } | null {
    const now = this.#settings.clock.seconds();
    const left = this.#authorizationEndSeconds - now;
    const day = Math.floor(now / 86_400);
    if (left <= 0 || left > noticeSeconds || day === this.#lastNoticeDay) return null;
    this.#lastNoticeDay = day;
    return { days: Math.ceil(left / 86_400), endSeconds: this.#authorizationEndSeconds };
  }

  #grant(): TokenPair {
    const { ids, clock, tokenPrefix, scopes } = this.#settings;
    const pair: TokenPair = {
      accessToken: ids.token(tokenPrefix),
      accessExpireSeconds: Math.min(clock.seconds() + accessTokenSeconds, this.#authorizationEndSeconds),
      refreshToken: ids.token(tokenPrefix),
      refreshExpireSeconds: this.#authorizationEndSeconds,
      scopes,
    };
    this.#accessTokens.set(pair.accessToken, { expireSeconds: pair.accessExpireSeconds, pair });
    this.#refreshTokens.set(pair.refreshToken, pair);
    return pair;
  }

  #use(pair: TokenPair): void {
    const replaced = this.#replaced.get(pair);
    if (replaced === undefined) return;
    this.#replaced.delete(pair);
    this.#refreshTokens.delete(replaced);
  }
}
