/** A person's browser without its screen: keeps cookies, and asks the server over real HTTP as our own pages do. */

export interface Answer<T> {
  status: number;
  body: T;
  text: string;
  headers: Headers;
}

/** What an answer that is a refusal says (RFC 9457). */
export interface Problem {
  code: string;
  detail: string;
  issues?: { path: string; message: string }[];
}

export interface Visitor {
  /** Whatever is answered. The shape of `body` is what the test expects it to be. */
  ask<T>(method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, body?: unknown): Promise<Answer<T>>;
  /** Throws with the answer's text unless it was a success. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  /** Every item of a list, page by page. */
  all<T>(path: string): Promise<T[]>;
  /** Sends a file as text/csv. */
  upload<T>(path: string, csv: string): Promise<T>;
}

export function visitorOf(origin: string): Visitor {
  const cookies = new Map<string, string>();

  async function send(method: string, path: string, contentType: string | null, body: string | null): Promise<Answer<unknown>> {
    const answer = await fetch(`${origin}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'GET' ? {} : { origin }),
        ...(contentType === null ? {} : { 'content-type': contentType }),
      },
      ...(body === null ? {} : { body }),
    });
    for (const cookie of answer.headers.getSetCookie()) keep(cookies, cookie);
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json');
    return { status: answer.status, body: isJson && text !== '' ? JSON.parse(text) : null, text, headers: answer.headers };
  }

  const ask = async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
    (await send(
      method,
      path,
      body === undefined ? null : 'application/json',
      body === undefined ? null : JSON.stringify(body),
    )) as Answer<T>;
  const succeed = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    bodyOf(`${method} ${path}`, await ask<T>(method, path, body));
  return {
    ask,
    get: (path) => succeed('GET', path),
    post: (path, body) => succeed('POST', path, body),
    patch: (path, body) => succeed('PATCH', path, body),
    put: (path, body) => succeed('PUT', path, body),
    async all<T>(path: string): Promise<T[]> {
      const items: T[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const separator = path.includes('?') ? '&' : '?';
        const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { items: T[]; nextCursor: string | null } = await succeed('GET', `${path}${separator}limit=200${after}`);
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return items;
    },
    upload: async <T>(path: string, csv: string) =>
      bodyOf(`POST ${path}`, (await send('POST', path, 'text/csv', csv)) as Answer<T>),
  };
}

function bodyOf<T>(request: string, answer: Answer<T>): T {
  if (answer.status >= 400) throw new Error(`${request} was answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const ended = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
  if (ended) cookies.delete(pair.slice(0, at).trim());
  else cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1));
}
