/** The one place that speaks HTTP. Every refusal becomes an ApiProblem with a sentence for the person and a request id. */
import type { FieldIssue } from '~/api-model.ts';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string | null;
  readonly issues: readonly FieldIssue[];

  constructor(status: number, body: ProblemBody, requestId: string | null) {
    super(body.detail ?? body.message ?? 'StoreSync could not do this. Try again in a moment.');
    this.status = status;
    this.code = body.code ?? 'internal';
    this.title = body.title ?? 'Something went wrong';
    this.requestId = body.requestId ?? requestId;
    this.issues = body.issues ?? [];
  }
}

/** RFC 9457; `message` is what the sign-in endpoints use instead of `detail`. */
interface ProblemBody {
  title?: string;
  detail?: string;
  message?: string;
  code?: string;
  requestId?: string;
  issues?: FieldIssue[];
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Path with the parameters that have a value. */
export function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** Sent as it is, instead of JSON. */
  csv?: Blob;
  /** The same one for the same thing tried again; a new one unless given. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

async function send<T>({ method, path, body, csv, idempotencyKey, signal }: Request): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['idempotency-key'] = idempotencyKey ?? randomId();
  if (csv !== undefined) headers['content-type'] = 'text/csv';
  else if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(signal === undefined ? {} : { signal }),
      ...(csv !== undefined ? { body: csv } : body !== undefined ? { body: JSON.stringify(body) } : {}),
    });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiProblem(0, { code: 'unreachable', title: 'StoreSync cannot be reached', detail: unreachable }, null);
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const unreachable = 'The server did not answer. Nothing is lost: check that it runs and that you are online, then try again.';

async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id');
  const text = await response.text();
  let body: ProblemBody;
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    // A proxy in between answers with a page of its own.
    body = { code: 'unreachable', title: `The server answered ${response.status}`, detail: unreachable };
  }
  return new ApiProblem(response.status, body, requestId);
}

/** A UUID also where the page is not served over HTTPS, as on a local network. */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => send<T>({ method: 'GET', path: withQuery(path, query), signal }),
  post: <T>(path: string, body: unknown = {}, idempotencyKey?: string) => send<T>({ method: 'POST', path, body, idempotencyKey }),
  put: <T>(path: string, body: unknown) => send<T>({ method: 'PUT', path, body }),
  patch: <T>(path: string, body: unknown) => send<T>({ method: 'PATCH', path, body }),
  delete: <T>(path: string) => send<T>({ method: 'DELETE', path }),
  postCsv: <T>(path: string, csv: Blob) => send<T>({ method: 'POST', path, csv }),
};

/** Any thrown thing as a problem that can be shown. */
export function problemFrom(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiProblem(
    0,
    { code: 'page', title: 'This page has a fault', detail: `${message}. Nothing is lost; reload the page.` },
    null,
  );
}
