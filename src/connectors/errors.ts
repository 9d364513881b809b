/**
 * The five ways in which a platform says no, and one in which it was not asked. The engine acts on these kinds alone; what a
 * platform's own code means is decided in its connector.
 */

/** What the platform answered, kept for the log and one click away for the seller. Never holds credentials. */
export interface PlatformAnswer {
  status?: number;
  code?: string;
  message?: string;
  requestId?: string;
  body?: string;
}

abstract class ConnectorError extends Error {
  readonly answer: PlatformAnswer;
  constructor(message: string, answer: PlatformAnswer = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.answer = answer;
  }
}

/** The token is expired or revoked: refresh once under a lock, else pause the store and alert. */
export class CredentialsExpired extends ConnectorError {
  override readonly name = 'CredentialsExpired';
}

/** Too many requests: this store alone slows down for `retryAfterSeconds` (may be fractional). Nothing was applied. */
export class RateLimited extends ConnectorError {
  override readonly name = 'RateLimited';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number, answer: PlatformAnswer = {}) {
    super(`Rate limited, retry after ${retryAfterSeconds} s`, answer);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Connection lost, time-out, 5xx. `mayHaveApplied` says whether a write may have been, or may yet be, applied. */
export class PlatformUnavailable extends ConnectorError {
  override readonly name = 'PlatformUnavailable';
  readonly mayHaveApplied: boolean;
  constructor(message: string, options: { mayHaveApplied: boolean; answer?: PlatformAnswer; cause?: unknown }) {
    super(message, options.answer, options.cause);
    this.mayHaveApplied = options.mayHaveApplied;
  }
}

/** A later try was answered with a "no" that says nothing of the one before, which got no answer and may have been applied. */
export const stillUnknown = (no: PlatformError): PlatformUnavailable =>
  no instanceof PlatformUnavailable && no.mayHaveApplied
    ? no
    : new PlatformUnavailable(no.message, { mayHaveApplied: true, answer: no.answer, cause: no });

/** A refusal in words: `code` is a key of the connector's messages.ts, `parameters` fill its sentence. */
export interface Refusal {
  code: string;
  parameters: Record<string, string | number>;
  answer?: PlatformAnswer;
  /** The platform will not lower the quantity that it shows, and goes on selling it (a campaign). */
  keepsUnits?: true;
}

/**
 * The whole request was refused: no retry until what is asked for changes. `wholeStore`: the platform refuses whatever is
 * asked of this store (frozen, locked, the app shut out): nothing is wrong with the request, and it is asked again later.
 */
export class Refused extends ConnectorError {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  readonly wholeStore: boolean;
  constructor(refusal: Refusal, { wholeStore = false }: { wholeStore?: boolean } = {}) {
    super(`Refused: ${refusal.code}`, refusal.answer);
    this.refusal = refusal;
    this.wholeStore = wholeStore;
  }
}

/** The answer does not have the documented shape: kept whole, alerted. `mayHaveApplied` as above, for a write. */
export class MalformedResponse extends ConnectorError {
  override readonly name = 'MalformedResponse';
}

/**
 * The call was not sent: its limit had no room before what it rests on became too old (HttpRequest.notAfter). One that is made
 * after these seconds will have.
 */
export class TooLate extends ConnectorError {
  override readonly name = 'TooLate';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`Not sent: what it rests on is too old; again after ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type PlatformError = CredentialsExpired | RateLimited | PlatformUnavailable | Refused | MalformedResponse | TooLate;

export function isPlatformError(thrown: unknown): thrown is PlatformError {
  return thrown instanceof ConnectorError;
}
