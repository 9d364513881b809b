/**
 * What an answer means. The platform wraps everything in { code, message, request_id, data }; only code 0 is success, whatever
 * the HTTP status says. Codes: partner documentation, "Common errors" and "Rate limits".
 */
import { z } from 'zod';
import {
  CredentialsExpired,
  MalformedResponse,
  type PlatformAnswer,
  PlatformUnavailable,
  RateLimited,
  type Refused,
} from '#connectors/errors.ts';
import type { HttpResponse } from '#connectors/http.ts';
import { parseExactly } from '#connectors/tiktok_shop/exact-json.ts';
import { isItemCode, type RefusalCode, refused } from '#connectors/tiktok_shop/refusals.ts';
import { whole } from '#connectors/tiktok_shop/schema.ts';

export interface Judged {
  data: unknown;
  answer: PlatformAnswer;
}

export interface JudgeOptions {
  /** A request that changes something: without a clear answer it may have been applied. */
  write: boolean;
  /** The answer holds tokens: its body is never kept. */
  confidential: boolean;
}

const envelope = z.object({
  code: whole,
  message: z.string().nullish(),
  request_id: z.string().nullish(),
  // A refusal may come without it.
  data: z.unknown().optional(),
});
type Envelope = z.infer<typeof envelope>;

const bodyKept = 2000;

/** "Too many requests". */
export const rateCodes: ReadonlySet<number> = new Set([36009002]);
/** Access token expired (105002), or the seller's authorization is over (105001). */
export const tokenCodes: ReadonlySet<number> = new Set([105001, 105002]);
/** Upstream timeout; internal error, "retry the request". */
export const silentCodes: ReadonlySet<number> = new Set([36009007, 36009003]);

/** Codes that concern every request of the store alike; not one item of it. */
export const storeCodes: Readonly<Record<number, RefusalCode>> = {
  101000: 'shop_rejected',
  105005: 'scope_missing',
  106001: 'signature_rejected',
  106013: 'shop_rejected',
  36009009: 'api_changed',
  36009010: 'api_changed',
  36009014: 'api_changed',
  36009021: 'request_rejected',
  36009022: 'request_rejected',
  36009023: 'request_rejected',
  36009033: 'ip_not_allowed',
};

export const gatewayCode = 36009004;
/** It stands for many faults that only the message tells apart. Order matters: the token is named beside other things. */
export const gatewayMessages: readonly (readonly [RegExp, RefusalCode | 'token'])[] = [
  [/(?<!page[\s_-]?)token/i, 'token'],
  [/timestamp/i, 'clock_off'],
  [/app[\s_-]?key/i, 'app_rejected'],
  [/shop[\s_-]?(cipher|id)/i, 'shop_rejected'],
  [/\bsign/i, 'signature_rejected'],
  [/version/i, 'api_changed'],
];

/**
 * The platform's own troubles, in the words of the error tables: "System process error, please try again later.", "System
 * timeout.", "Failed to get orders, If multiple retry have failed …". "Try again" alone is also said of wrong requests: "Please
 * double check and try again."
 */
const ownFault =
  /internal (server )?error|system (process )?error|system busy|time[sd]?[ -]?out\b|try again later|multiple retr/i;

/** Returns `data` of a success; else throws one of the five errors. */
export function judgeAnswer(response: HttpResponse, options: JudgeOptions): Judged {
  const parsed = readEnvelope(response.text);
  const answer = answerOf(response, parsed, options);
  if (response.status === 429 || (parsed !== null && rateCodes.has(parsed.code)))
    throw new RateLimited(retryAfterSeconds(response), answer);
  if (response.status >= 500 || response.status === 408 || (parsed !== null && silentCodes.has(parsed.code))) {
    throw new PlatformUnavailable(`TikTok Shop answered ${response.status}`, { mayHaveApplied: options.write, answer });
  }
  if (parsed === null || (parsed.code === 0 && response.status >= 400)) {
    throw new MalformedResponse('TikTok Shop answered something that is not its envelope', answer);
  }
  if (parsed.code === 0) return { data: parsed.data ?? {}, answer };
  throw errorOf(parsed, answer, options);
}

function errorOf(
  parsed: Envelope,
  answer: PlatformAnswer,
  options: JudgeOptions,
): CredentialsExpired | PlatformUnavailable | Refused {
  const message = parsed.message ?? '';
  if (tokenCodes.has(parsed.code)) return new CredentialsExpired('The access token is expired or withdrawn', answer);
  const known = storeCodes[parsed.code];
  const words = { message: message.slice(0, 300), platformCode: parsed.code };
  if (known !== undefined) return refused(known, words, answer);
  if (parsed.code === gatewayCode) {
    const fault = gatewayMessages.find(([pattern]) => pattern.test(message))?.[1] ?? 'request_rejected';
    return fault === 'token' ? new CredentialsExpired('The access token is not accepted', answer) : refused(fault, words, answer);
  }
  if (!isItemCode(parsed.code) && ownFault.test(message)) {
    return new PlatformUnavailable('TikTok Shop had an error of its own', { mayHaveApplied: options.write, answer });
  }
  return refused('platform_refused', words, answer);
}

function readEnvelope(text: string): Envelope | null {
  try {
    const result = envelope.safeParse(parseExactly(text));
    return result.success ? result.data : null;
  } catch (thrown) {
    // Not JSON: the caller says so with the whole answer at hand.
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

function answerOf(response: HttpResponse, parsed: Envelope | null, options: JudgeOptions): PlatformAnswer {
  return {
    status: response.status,
    ...(parsed === null ? {} : { code: String(parsed.code) }),
    ...(typeof parsed?.message === 'string' ? { message: parsed.message } : {}),
    ...(typeof parsed?.request_id === 'string' ? { requestId: parsed.request_id } : {}),
    ...(options.confidential ? {} : { body: response.text.slice(0, bodyKept) }),
  };
}

/** The limit counts by the second, so a little more than one second clears it; jitter keeps waiters apart. */
function retryAfterSeconds(response: HttpResponse): number {
  const asked = Number(response.headers['retry-after']);
  return Number.isFinite(asked) && asked > 0 ? asked : 1 + Math.random();
}
