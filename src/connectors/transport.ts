/** The hub's implementation of the connectors' Transport: pacing, repeats, bounded answers. */
import { messageOf } from '#base/errors.ts';
import { storableJson } from '#base/storable-text.ts';
import { PlatformUnavailable, RateLimited, stillUnknown, TooLate } from '#connectors/errors.ts';
import type { HttpRequest, HttpResponse, Transport } from '#connectors/http.ts';

/** Leave to make one call. */
export interface Leave {
  /** Milliseconds to wait before sending. */
  waitMs: number;
  /** Asked after the wait. Throws when calls to this store are no longer ours to make. */
  confirm?(): Promise<void>;
  /**
   * Asked after that, at the moment of sending: milliseconds still to wait, or 0, and then the call counts as sent.
   * Throws RateLimited when nothing may be sent any more.
   */
  sending(): number;
  /** The call has its answer, or will get none. */
  ended(): void;
  /** It is not sent after all. */
  giveBack(): Promise<void>;
}

export interface Pacing {
  /**
   * Milliseconds until the bucket holds what a patient call costs and, beside it, what is kept back for the others; 0 when it
   * does. A look: no place is taken.
   */
  room(bucket: string, cost: number): Promise<number>;
  take(bucket: string, cost: number): Promise<Leave>;
  learn(bucket: string, state: { available: number; capacity: number; refillPerSecond: number }): Promise<void>;
}

/** The head of an answer, and its body as it comes. */
export interface Answer {
  status: number;
  /** By names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Uint8Array>;
}

/** What lies between the hub and a platform: sockets (sockets.ts), or a store within this process with a clock of its own. */
export interface Wire {
  /** Sends, and resolves with the head of the answer. Throws PlatformUnavailable when there is none. `whole`: all of the body will be taken at once. */
  open(request: HttpRequest, reading: { whole?: true; signal?: AbortSignal | undefined }): Promise<Answer>;
  /** Takes all of a body at once, to be read at leisure. Throws what the body throws. */
  keep(body: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>>;
  /** Resolves after so many milliseconds, or as soon as the signal is given. */
  rest(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface TransportOptions {
  wire: Wire;
  /** Null: unpaced, for single calls before a store exists. */
  pacing: Pacing | null;
  onLearnFailed(error: unknown): void;
  /** Milliseconds since 1970: what `notAfter` is compared with. */
  now(): number;
  signal?: AbortSignal;
}

const defaultLimitBytes = 32 * 1024 * 1024;
const attemptsAtMost = 3;
/** Longer waits are not slept through: the store's turn ends and comes back. */
export const longestPaceSeconds = 30;
/** A patient call lets others go first for so long; then it takes its place like any. */
const patienceSeconds = 20;

export function makeTransport(options: TransportOptions): Transport {
  return {
    send: (request) => withRepeats(options, request),
    async stream(request) {
      const answer = await open(options, request, { whole: true });
      if (answer.status >= 400) {
        const body = Buffer.concat(await Array.fromAsync(answer.body)).toString('utf8');
        throw new PlatformUnavailable(`The platform answered ${answer.status}`, {
          mayHaveApplied: false,
          answer: { status: answer.status, body: body.slice(0, 2000) },
        });
      }
      // Taken whole at once: a host that has sent everything closes the connection soon, however far we are.
      return await options.wire.keep(unbroken(answer.body));
    },
    learn(bucket, state) {
      options.pacing?.learn(bucket, state).catch(options.onLearnFailed);
    },
  };
}

/** Sends, and sends again what got no answer and may be repeated. What an earlier try may have applied stays possible, however the last one ends. */
async function withRepeats(options: TransportOptions, request: HttpRequest): Promise<HttpResponse> {
  const repeatable = request.repeatable ?? request.method === 'GET';
  let mayHaveApplied = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await sendOnce(options, request);
      return mayHaveApplied ? { ...answer, afterLostTry: true } : answer;
    } catch (thrown) {
      if ((thrown instanceof RateLimited || thrown instanceof TooLate) && mayHaveApplied) throw stillUnknown(thrown);
      if (!(thrown instanceof PlatformUnavailable)) throw thrown;
      mayHaveApplied ||= thrown.mayHaveApplied;
      const last = attempt >= attemptsAtMost || (!repeatable && mayHaveApplied) || options.signal?.aborted;
      if (last) throw new PlatformUnavailable(thrown.message, { mayHaveApplied, answer: thrown.answer, cause: thrown.cause });
      await rest(options, Math.random() * 200 * 2 ** attempt, mayHaveApplied);
    }
  }
}

/** `reading`: see Wire.open. */
async function open(options: TransportOptions, request: HttpRequest, reading: { whole?: true } = {}): Promise<Answer> {
  const leave = await leaveToSend(options, request);
  try {
    return await options.wire.open(request, { ...reading, signal: options.signal });
  } finally {
    leave?.ended();
  }
}

/** Waits until the call may be sent. */
async function leaveToSend(options: TransportOptions, { bucket, cost, patient, notAfter }: HttpRequest): Promise<Leave | null> {
  const inTime = (waitMs: number): void => {
    const late = options.now() + waitMs - (notAfter ?? Number.POSITIVE_INFINITY);
    if (late > 0) throw new TooLate(Math.min(late, waitMs) / 1000);
  };
  inTime(0);
  if (options.pacing === null) return null;
  if (patient === true) await letOthersFirst(options, options.pacing, bucket, cost);
  const leave = await options.pacing.take(bucket, cost);
  try {
    if (leave.waitMs > longestPaceSeconds * 1000) throw new RateLimited(leave.waitMs / 1000 - longestPaceSeconds);
    inTime(leave.waitMs);
    if (leave.waitMs > 0) await rest(options, leave.waitMs);
    await leave.confirm?.();
    for (;;) {
      inTime(0);
      const more = leave.sending();
      if (more === 0) return leave;
      await rest(options, more);
    }
  } catch (thrown) {
    await leave.giveBack();
    throw thrown;
  }
}

async function letOthersFirst(options: TransportOptions, pacing: Pacing, bucket: string, cost: number): Promise<void> {
  let left = patienceSeconds * 1000;
  for (let ms = await pacing.room(bucket, cost); ms > 0 && left > 0; ms = await pacing.room(bucket, cost)) {
    const step = Math.min(ms, left);
    await rest(options, step);
    left -= step;
  }
}

async function rest({ wire, signal }: TransportOptions, milliseconds: number, mayHaveApplied = false): Promise<void> {
  if (!signal?.aborted) await wire.rest(milliseconds, signal);
  if (signal?.aborted) throw new PlatformUnavailable('Stopped', { mayHaveApplied });
}

async function sendOnce(options: TransportOptions, request: HttpRequest): Promise<HttpResponse> {
  const answer = await open(options, request);
  const limit = request.limitBytes ?? defaultLimitBytes;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body) {
      length += chunk.length;
      if (length > limit) throw new Error(`the answer is larger than ${limit} bytes`);
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw new PlatformUnavailable(`The answer broke off: ${messageOf(thrown)}`, {
      mayHaveApplied: true,
      answer: { status: answer.status },
      cause: thrown,
    });
  }
  return { status: answer.status, headers: answer.headers, text: storableJson(Buffer.concat(chunks).toString('utf8')) };
}

/** The body of an export, whose breaking off is the platform's failure and not ours. */
async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw new PlatformUnavailable(`The answer broke off: ${messageOf(thrown)}`, { mayHaveApplied: false, cause: thrown });
  }
}
