/**
 * The one HTTP transport of all connectors. A connector says what to send and what it costs; the hub supplies the
 * implementation with time-outs, pacing shared between processes, bounded answers and the guard against private hosts.
 */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** The exact text that was signed, if signing covers it. */
  body?: string;
  /** The bucket that pays, and how many tokens (requests, or cost points) it is expected to take. */
  bucket: string;
  cost: number;
  /** It may wait while others need the bucket: a part of each limit is kept back from it (see patiently). */
  patient?: true;
  /** A read or an idempotent write may be retried by the transport when no answer came. Default: GET only. */
  repeatable?: boolean;
  timeoutSeconds?: number;
  /** In ms since 1970, by the hub's clock: what it says may be wrong if it leaves later (see inTime). */
  notAfter?: number;
  /** Largest answer in bytes; 32 MiB when absent. */
  limitBytes?: number;
}

export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** As it came, but for what no text column takes: see base/storable-text.ts. */
  text: string;
  /** An earlier try of this request got no answer, and may have been applied: a "no" to this one does not deny that. */
  afterLostTry?: true;
}

export interface Transport {
  /**
   * Waits for the bucket, sends, and returns any HTTP answer, whatever its status: the connector judges it.
   * Throws PlatformUnavailable when none came (`mayHaveApplied` unless the connection was never made), TooLate when it could
   * not be sent in time.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** A streamed answer body for exports: chunks of bytes. Same errors; a status of 400 and above throws PlatformUnavailable. */
  stream(request: HttpRequest): Promise<AsyncIterable<Uint8Array>>;
  /** What the platform said about a bucket: the true cost of the last call, what is left, how fast it refills. */
  learn(bucket: string, state: { available: number; capacity: number; refillPerSecond: number }): void;
}

/** The same transport for what nobody waits for, such as readings of everything: its calls let others go first. */
export const patiently = (http: Transport): Transport => saying(http, { patient: true });

/** The same transport for what rests on knowledge that grows old: its calls are sent by then, or not at all. */
export const inTime = (http: Transport, notAfter: number): Transport => saying(http, { notAfter });

const saying = (http: Transport, said: Pick<HttpRequest, 'patient' | 'notAfter'>): Transport => ({
  send: (request) => http.send({ ...request, ...said }),
  stream: (request) => http.stream({ ...request, ...said }),
  learn: (bucket, state) => http.learn(bucket, state),
});
