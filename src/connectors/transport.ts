/** The hub's implementation of the connectors' Transport: time-outs, pacing, bounded answers, guarded hosts. */
import { type Dispatcher, errors, request as send } from 'undici';
import { messageOf } from '#base/errors.ts';
import { storableJson } from '#base/storable-text.ts';
import { PlatformUnavailable, RateLimited, stillUnknown } from '#connectors/errors.ts';
import { assertCallable, HostNotAllowed } from '#connectors/guard.ts';
import type { HttpRequest, HttpResponse, Transport } from '#connectors/http.ts';
import { spooled } from '#connectors/spool.ts';

/** Leave to make one call. */
export interface Leave {
  /** Milliseconds to wait before sending. */
  waitMs: number;
  /**
   * Asked after the wait, at the moment of sending: milliseconds still to wait, or 0, and then the call counts as sent.
   * Throws RateLimited when nothing may be sent any more.
   */
  sending(): number;
  /** The call has its answer, or will get none. */
  ended(): void;
  /** It is not sent after all. */
  giveBack(): Promise<void>;
}

export interface Pacing {
  take(bucket: string, cost: number): Promise<Leave>;
  learn(bucket: string, state: { available: number; capacity: number; refillPerSecond: number }): Promise<void>;
}

export interface TransportOptions {
  agent: Dispatcher;
  allowPrivateHosts: boolean;
  /** Null: unpaced, for single calls before a store exists. */
  pacing: Pacing | null;
  onLearnFailed(error: unknown): void;
  signal?: AbortSignal;
}

const defaultTimeoutSeconds = 20;
const defaultLimitBytes = 32 * 1024 * 1024;
/** undici loses the end of a body whose connection is closed while it waits for its reader: so it seldom has to wait. */
const readAheadBytes = 2 * 1024 * 1024;
const attemptsAtMost = 3;
/** Longer waits are not slept through: the store's turn ends and comes back. */
export const longestPaceSeconds = 30;

/** The connection was never made, so nothing can have been applied. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

export function makeTransport(options: TransportOptions): Transport {
  return {
    send: (request) =>
      withRepeats(request, {
        once: () => sendOnce(options, request),
        rest: (seconds, mayHaveApplied) => sleep(seconds * 1000, options.signal, mayHaveApplied),
        stopped: () => options.signal?.aborted === true,
      }),
    async stream(request) {
      const answer = await open(options, request, { highWaterMark: readAheadBytes });
      if (answer.statusCode >= 400) {
        const text = await answer.body.text();
        throw new PlatformUnavailable(`The platform answered ${answer.statusCode}`, {
          mayHaveApplied: false,
          answer: { status: answer.statusCode, body: text.slice(0, 2000) },
        });
      }
      // Taken whole at once: a host that has sent everything closes the connection soon, however far we are.
      return await spooled(unbroken(answer.body));
    },
    learn(bucket, state) {
      options.pacing?.learn(bucket, state).catch(options.onLearnFailed);
    },
  };
}

export interface Tries {
  once(): Promise<HttpResponse>;
  /** Between two tries. */
  rest(seconds: number, mayHaveApplied: boolean): Promise<void>;
  stopped(): boolean;
}

/** Sends, and sends again what got no answer and may be repeated. What an earlier try may have applied stays possible, however the last one ends. */
export async function withRepeats(request: HttpRequest, { once, rest, stopped }: Tries): Promise<HttpResponse> {
  const repeatable = request.repeatable ?? request.method === 'GET';
  let mayHaveApplied = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await once();
      return mayHaveApplied ? { ...answer, afterLostTry: true } : answer;
    } catch (thrown) {
      if (thrown instanceof RateLimited && mayHaveApplied) throw stillUnknown(thrown);
      if (!(thrown instanceof PlatformUnavailable)) throw thrown;
      mayHaveApplied ||= thrown.mayHaveApplied;
      const last = attempt >= attemptsAtMost || (!repeatable && mayHaveApplied) || stopped();
      if (last) throw new PlatformUnavailable(thrown.message, { mayHaveApplied, answer: thrown.answer, cause: thrown.cause });
      await rest(Math.random() * 0.2 * 2 ** attempt, mayHaveApplied);
    }
  }
}

async function open(
  options: TransportOptions,
  request: HttpRequest,
  reading: { highWaterMark?: number } = {},
): Promise<Dispatcher.ResponseData> {
  assertCallable(request.url, options.allowPrivateHosts);
  const leave = await leaveToSend(options, request);
  const timeoutMs = (request.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
  try {
    return await send(request.url, {
      method: request.method,
      headers: { 'user-agent': 'StoreSync/0.1', ...request.headers },
      body: request.body ?? null,
      dispatcher: options.agent,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      ...reading,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (thrown) {
    throw unavailable(thrown);
  } finally {
    leave?.ended();
  }
}

/** Waits until the call may be sent. */
async function leaveToSend({ pacing, signal }: TransportOptions, { bucket, cost }: HttpRequest): Promise<Leave | null> {
  if (pacing === null) return null;
  const leave = await pacing.take(bucket, cost);
  try {
    if (leave.waitMs > longestPaceSeconds * 1000) throw new RateLimited(leave.waitMs / 1000 - longestPaceSeconds);
    if (leave.waitMs > 0) await sleep(leave.waitMs, signal);
    for (let more = leave.sending(); more > 0; more = leave.sending()) await sleep(more, signal);
    return leave;
  } catch (thrown) {
    await leave.giveBack();
    throw thrown;
  }
}

async function sendOnce(options: TransportOptions, request: HttpRequest): Promise<HttpResponse> {
  const answer = await open(options, request);
  const limit = request.limitBytes ?? defaultLimitBytes;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body) {
      length += (chunk as Buffer).length;
      if (length > limit) throw new Error(`the answer is larger than ${limit} bytes`);
      chunks.push(chunk as Buffer);
    }
  } catch (thrown) {
    throw new PlatformUnavailable(`The answer broke off: ${messageOf(thrown)}`, {
      mayHaveApplied: true,
      answer: { status: answer.statusCode },
      cause: thrown,
    });
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return { status: answer.statusCode, headers, text: storableJson(Buffer.concat(chunks).toString('utf8')) };
}

/** The body of an export, whose breaking off is the platform's failure and not ours. */
async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw new PlatformUnavailable(`The answer broke off: ${messageOf(thrown)}`, { mayHaveApplied: false, cause: thrown });
  }
}

function unavailable(thrown: unknown): Error {
  if (thrown instanceof HostNotAllowed) return thrown;
  const cause = thrown instanceof errors.UndiciError || thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (cause.cause instanceof HostNotAllowed) return cause.cause;
  return new PlatformUnavailable(`No answer: ${messageOf(cause)}`, {
    mayHaveApplied: !neverSent.has(code),
    answer: { code },
    cause,
  });
}

function sleep(ms: number, signal?: AbortSignal, mayHaveApplied = false): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(new PlatformUnavailable('Stopped', { mayHaveApplied }));
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
