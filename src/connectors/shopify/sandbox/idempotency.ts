/**
 * Answers remembered by idempotency key: the same key with the same input gets the first answer and changes nothing.
 * A key whose answer has not left yet is in progress; one whose attempt failed is spent.
 * Sources: the descriptions of the IDEMPOTENCY_… error codes and of @idempotent in the Admin API schema. How long the
 * platform remembers is not published in what we could read; here it is a day of the shop's clock.
 */
import { createHash } from 'node:crypto';
import { type GraphQLResolveInfo, getDirectiveValues } from 'graphql';
import { type RequestContext, requestError, type UserError } from '#connectors/shopify/sandbox/request-context.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';

const rememberedSeconds = 86_400;

interface Remembered {
  fingerprint: string;
  state: 'running' | 'answered' | 'failed';
  answer: unknown;
  at: number;
}

export class IdempotentAnswers {
  readonly #answers = new Map<string, Remembered>();
  readonly #clock: ShopClock;

  constructor(clock: ShopClock) {
    this.#clock = clock;
  }

  /**
   * Runs `apply` once per key. `failed` tells from its answer whether the attempt failed; `refuse` makes the payload of a
   * refusal. Throws the platform's request error when the directive is missing.
   */
  once<A>(
    call: { args: unknown; context: RequestContext; info: GraphQLResolveInfo },
    apply: () => A,
    failed: (answer: A) => boolean,
    refuse: (error: UserError) => A,
  ): A {
    const key = idempotencyKey(call.info);
    const fingerprint = createHash('sha256')
      .update(`${call.info.fieldName} ${canonicalJson(call.args)}`)
      .digest('base64');
    const earlier = this.#recall(key);
    if (earlier !== undefined) {
      const code = refusalOf(earlier, fingerprint);
      if (code !== null) return refuse({ field: null, code, message: messages[code] });
      return earlier.answer as A;
    }
    const entry: Remembered = { fingerprint, state: 'running', answer: undefined, at: this.#clock.now() };
    this.#answers.set(key, entry);
    let state: Remembered['state'] = 'failed';
    call.context.onAnswered.push(() => {
      entry.state = state;
    });
    const answer = apply();
    state = failed(answer) ? 'failed' : 'answered';
    entry.answer = answer;
    return answer;
  }

  #recall(key: string): Remembered | undefined {
    const earlier = this.#answers.get(key);
    if (earlier === undefined || this.#clock.now() - earlier.at <= rememberedSeconds * 1000) return earlier;
    this.#answers.delete(key);
    return undefined;
  }
}

const messages = {
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH: 'The same idempotency key cannot be used with different operation parameters.',
  IDEMPOTENCY_CONCURRENT_REQUEST: 'This request is currently in progress, please try again.',
  IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED: 'A previous request with this idempotency key failed. Retry with a new idempotency key.',
};

function refusalOf(earlier: Remembered, fingerprint: string): keyof typeof messages | null {
  if (earlier.fingerprint !== fingerprint) return 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH';
  if (earlier.state === 'running') return 'IDEMPOTENCY_CONCURRENT_REQUEST';
  return earlier.state === 'failed' ? 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED' : null;
}

function idempotencyKey(info: GraphQLResolveInfo): string {
  const key = keyOf(info);
  if (key === null)
    throw requestError('The @idempotent directive is required for this mutation but was not provided', 'BAD_REQUEST');
  if (key.trim() === '') throw requestError('The idempotency key cannot be an empty string or whitespace only', 'BAD_REQUEST');
  return key;
}

/** Refuses the directive where the platform does not document it. */
export function refuseIdempotency(info: GraphQLResolveInfo): void {
  if (keyOf(info) !== null) throw requestError(`The @idempotent directive is not supported for ${info.fieldName}`, 'BAD_REQUEST');
}

function keyOf(info: GraphQLResolveInfo): string | null {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  if (directive == null || node === undefined) return null;
  const key = getDirectiveValues(directive, node, info.variableValues)?.key;
  return typeof key === 'string' ? key : null;
}

/** JSON with sorted keys: the same input in another order is the same input. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
