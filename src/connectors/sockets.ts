/** The wire to the platforms: connections that are kept, time-outs, guarded hosts. */
import { type Dispatcher, errors, request as send } from 'undici';
import { messageOf } from '#base/errors.ts';
import { PlatformUnavailable } from '#connectors/errors.ts';
import { assertCallable, HostNotAllowed, makeAgent } from '#connectors/guard.ts';
import { spooled } from '#connectors/spool.ts';
import type { Wire } from '#connectors/transport.ts';

/** When the request names none. */
export const defaultTimeoutSeconds = 20;
/** undici loses the end of a body whose connection is closed while it waits for its reader: so it seldom has to wait. */
const readAheadBytes = 2 * 1024 * 1024;

/** The connection was never made, so nothing can have been applied. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Throws HostNotAllowed for what must not be called. `close` ends all connections; what waits for an answer fails. */
export function openSockets(allowPrivateHosts: boolean): Wire & { close(): Promise<void> } {
  const agent = makeAgent(allowPrivateHosts);
  return {
    async open(request, { whole, signal }) {
      assertCallable(request.url, allowPrivateHosts);
      const timeoutMs = (request.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
      try {
        const { statusCode, headers, body } = await send(request.url, {
          method: request.method,
          headers: { 'user-agent': 'StoreSync/0.1', ...request.headers },
          body: request.body ?? null,
          dispatcher: agent,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          ...(whole ? { highWaterMark: readAheadBytes } : {}),
          ...(signal === undefined ? {} : { signal }),
        });
        return { status: statusCode, headers: joined(headers), body };
      } catch (thrown) {
        throw unavailable(thrown);
      }
    },
    keep: spooled,
    rest: (milliseconds, signal) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        signal?.addEventListener('abort', end);
      }),
    close: () => agent.destroy(),
  };
}

const joined = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

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
