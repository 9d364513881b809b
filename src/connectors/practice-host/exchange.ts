/** Between node:http and the Request and Response that practice shops speak; bodies stream both ways. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** The shop's own name for a connection that ends without an answer. */
export const isConnectionCut = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'PracticeConnectionCut';

/** Throws when the request's target is no path of this host. */
export function requestOf(incoming: IncomingMessage, baseUrl: string, signal: AbortSignal): Request {
  const target = incoming.url ?? '/';
  // "//other.host/path" and absolute targets would resolve to another host.
  const url = new URL(baseUrl + (target.startsWith('/') ? target : `/${target}`));
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const method = incoming.method ?? 'GET';
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
  return new Request(url, { method, headers, signal, body, duplex: 'half' });
}

/** Rejects when the body breaks off: the caller then cuts the connection. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  if (response.body === null) {
    outgoing.end();
    return;
  }
  for await (const chunk of response.body) {
    if (outgoing.destroyed) break;
    await written(outgoing, chunk);
  }
  outgoing.end();
}

/** Until the chunk has left, or the caller has gone: what was sent before a cut has then been sent. */
function written(outgoing: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    outgoing.write(chunk, () => resolve());
  });
}
