/** Every error becomes an answer here, once: RFC 9457 `application/problem+json` with a code of the closed list. */
import { DrizzleQueryError } from 'drizzle-orm';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { AppError, type ErrorCode, errorCodes, type FieldIssue, messageOf } from '#base/errors.ts';
import { CredentialsExpired, isPlatformError, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import { sqlStateOf } from '#db/transaction.ts';
import { foreignCursorOf } from '#http/paging.ts';
import { plainIssue } from '#http/plain-issue.ts';
import type { Logger } from '#stores/hub.ts';

export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What happened and what to do. */
  detail: string;
  code: ErrorCode;
  requestId: string;
  issues?: readonly FieldIssue[];
}

const titles: Readonly<Record<ErrorCode, string>> = {
  invalid_input: 'The input is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'In conflict with what is there',
  idempotency_mismatch: 'Idempotency key used for another request',
  idempotency_in_progress: 'The same request is still running',
  payload_too_large: 'Too large',
  unsupported_media: 'Unknown kind of content',
  file_rejected: 'The file was rejected',
  credentials_rejected: 'The platform rejected the credentials',
  scopes_missing: 'Permissions are missing',
  host_not_allowed: 'This address is not allowed',
  already_connected: 'Connected already',
  store_paused: 'The store is paused',
  store_disconnected: 'The store is disconnected',
  needs_reconnect: 'The store must be connected again',
  platform_refused: 'The platform refused',
  platform_unavailable: 'The platform cannot be reached',
  rate_limited: 'Too many requests',
  brake_pending: 'Waiting for approval',
  database_unavailable: 'The database cannot be reached',
  misconfigured: 'A setting is wrong',
  internal: 'Something went wrong on our side',
};

/** The problem in words for a caller. Says nothing that only the log should know. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: `https://storesync.dev/problems/${error.code}`,
    title: titles[error.code],
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.issues.length === 0 ? {} : { issues: error.issues }),
  };
}

/** Anything thrown as an error of the closed list. What is not known becomes `internal`, its text kept for the log. */
export function appErrorOf(thrown: unknown, bodyBytesAtMost?: number): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isPlatformError(thrown)) return fromPlatform(thrown);
  if (isDatabaseAway(thrown)) {
    return new AppError(
      'database_unavailable',
      'The database cannot be reached right now. Nothing was changed; try again in a moment.',
      {
        internal: messageOf(withoutParameters(thrown)),
        cause: withoutParameters(thrown),
      },
    );
  }
  return (
    fromFastify(thrown, bodyBytesAtMost) ??
    new AppError('internal', 'Something went wrong on our side. Try again; if it happens again, report the request id.', {
      internal: messageOf(withoutParameters(thrown)),
      cause: withoutParameters(thrown),
    })
  );
}

function fromPlatform(thrown: Error): AppError {
  const options = { internal: thrown.message, cause: thrown };
  if (thrown instanceof CredentialsExpired) {
    return new AppError(
      'needs_reconnect',
      'The platform no longer accepts the credentials of this store. Connect it again.',
      options,
    );
  }
  if (thrown instanceof RateLimited) {
    return new AppError(
      'rate_limited',
      `The platform asks to slow down. Try again in ${Math.ceil(thrown.retryAfterSeconds)} seconds.`,
      options,
    );
  }
  if (thrown instanceof Refused) {
    const said = thrown.answer.message === undefined ? '' : ` It answered: ${thrown.answer.message.slice(0, 300)}`;
    return new AppError('platform_refused', `The platform refused the request.${said}`, options);
  }
  const answer = thrown instanceof PlatformUnavailable ? 'does not answer right now' : 'answered in a way that is not documented';
  return new AppError('platform_unavailable', `The platform ${answer}. Try again in a few minutes.`, options);
}

/** The query builder's errors repeat the statement with its parameters, which may be anybody's data: the driver's own do not. */
function withoutParameters(thrown: unknown): unknown {
  return thrown instanceof DrizzleQueryError ? (thrown.cause ?? new Error('A query failed')) : thrown;
}

/** Connection refused or cut, too many connections, shutting down, starting up (SQLSTATE classes 08, 53, 57P). */
export function isDatabaseAway(thrown: unknown): boolean {
  if (/^(08|53|57P)/.test(sqlStateOf(thrown) ?? '')) return true;
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (
      'syscall' in error &&
      'code' in error &&
      ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT', 'ENOENT'].includes(String(error.code))
    ) {
      return error.syscall === 'connect' || error.syscall === 'read' || error.syscall === 'write';
    }
    if (
      /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
        error.message,
      )
    )
      return true;
  }
  return false;
}

function fromFastify(thrown: unknown, bodyBytesAtMost: number | undefined): AppError | null {
  if (!(thrown instanceof Error)) return null;
  const error = thrown as FastifyError;
  if (isResponseSerializationError(error) && error.code === 'FST_ERR_RESPONSE_SERIALIZATION') return null;
  if (hasZodFastifySchemaValidationErrors(error)) {
    // An id that is no id is the id of nothing.
    if ((thrown as FastifyError & { validationContext?: string }).validationContext === 'params') {
      return new AppError('not_found', 'There is no such thing here. It may have been removed, or the address is mistyped.');
    }
    const issues = error.validation.map(plainIssue);
    const first = issues[0];
    return new AppError(
      'invalid_input',
      first === undefined
        ? 'The input is not valid.'
        : `${first.message}${issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''}`,
      {
        issues,
      },
    );
  }
  switch (error.statusCode) {
    case 400:
      if (error.code === 'FST_ERR_BAD_URL')
        return new AppError('not_found', 'There is no such address: what follows one of its % signs is no letter.');
      return new AppError('invalid_input', unreadable(error), { internal: error.message });
    // A folder of the web app: it is not shown, and needs no other answer than what is not there.
    case 403:
    case 404:
      return new AppError('not_found', 'There is no such address.');
    case 413:
      return new AppError('payload_too_large', tooLarge(bodyBytesAtMost), { internal: error.message });
    case 415:
      return new AppError('unsupported_media', 'This kind of content is not accepted here. Send application/json.', {
        internal: error.message,
      });
    case 429:
      return new AppError('rate_limited', error.message);
    default:
      return null;
  }
}

function unreadable(error: FastifyError): string {
  return error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY'
    ? 'The body of the request is empty. Send JSON, or leave the content type away.'
    : 'The body of the request cannot be read. It must be valid JSON; fields named "__proto__" or "constructor" are not taken.';
}

function tooLarge(bytesAtMost: number | undefined): string {
  const limit = bytesAtMost === undefined ? 'too large' : `larger than ${Math.floor(bytesAtMost / 1_000_000)} MB`;
  return `The body of the request is ${limit}. Send less at once.`;
}

/** Sends the problem and logs what was our fault. Credentials never stand in an error's text (see connectors/errors.ts). */
export function answerProblem(log: Logger, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = foreignCursorOf(thrown, request.query) ?? appErrorOf(thrown, request.routeOptions.bodyLimit);
  const status = errorCodes[error.code];
  if (status >= 500) {
    const cause = error.cause instanceof Error ? error.cause : error;
    log.error(
      { requestId: request.id, code: error.code, internal: error.internal, stack: cause.stack },
      `${request.method} ${request.routeOptions.url ?? '?'} failed`,
    );
  }
  if (error.code === 'database_unavailable' || error.code === 'platform_unavailable') reply.header('retry-after', '5');
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problemOf(error, request.id));
}
