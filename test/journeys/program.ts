/** A program that talks to the server with an API key, and may send whatever it likes. */
import type { Answer } from '#test/journeys/visitor.ts';

type Body = NonNullable<RequestInit['body']> | Buffer;

export interface Program {
  send<T>(method: string, path: string, headers?: Record<string, string>, body?: Body): Promise<Answer<T>>;
  /** A body as JSON. */
  write<T>(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

export function programOf(origin: string, apiKey: string): Program {
  async function send<T>(method: string, path: string, headers: Record<string, string> = {}, body?: Body) {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
      // A stream is sent as it is made.
      ...(body === undefined ? {} : ({ body, duplex: 'half' } as RequestInit)),
    });
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json');
    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : null;
    return { status: answer.status, body: parsed as T, text, headers: answer.headers };
  }
  return {
    send,
    write: (method, path, body, headers = {}) =>
      send(method, path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body)),
  };
}
