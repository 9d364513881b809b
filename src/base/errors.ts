/**
 * Every error that reaches a person carries a code of this one closed list, a public sentence (what happened and what to
 * do) and, apart from it, what the log should know. `http/problem.ts` turns them into RFC 9457 answers, once.
 */
export const errorCodes = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  idempotency_mismatch: 422,
  idempotency_in_progress: 409,
  payload_too_large: 413,
  unsupported_media: 415,
  file_rejected: 422,
  credentials_rejected: 422,
  scopes_missing: 422,
  host_not_allowed: 422,
  already_connected: 409,
  store_paused: 409,
  store_disconnected: 409,
  needs_reconnect: 409,
  platform_refused: 422,
  platform_unavailable: 502,
  rate_limited: 429,
  brake_pending: 409,
  database_unavailable: 503,
  misconfigured: 500,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class AppError extends Error {
  readonly code: ErrorCode;
  /** Field paths and messages of bad input: `{ path: 'price', message: 'Price must be …' }`. */
  readonly issues: readonly FieldIssue[];
  readonly internal: string | undefined;

  constructor(
    code: ErrorCode,
    publicSentence: string,
    options: { issues?: readonly FieldIssue[]; internal?: string; cause?: unknown } = {},
  ) {
    super(publicSentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.issues = options.issues ?? [];
    this.internal = options.internal;
  }

  get status(): number {
    return errorCodes[this.code];
  }
}

export interface FieldIssue {
  path: string;
  message: string;
  /** The field of the same request that may be set to say that it is meant, where it may be. */
  confirmBy?: string;
}

/** The message of anything thrown, for logs. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
