/** A request as it arrived: the body's exact text, because the signature covers it. */
export interface Received {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

export interface Reply {
  status: number;
  contentType: string;
  body: string;
  location?: string;
}

/** Thrown out of `handle` where the platform would give no answer: the host cuts the connection. */
export class PracticeConnectionCut extends Error {
  override readonly name = 'PracticeConnectionCut';
}

export async function receive(request: Request): Promise<Received> {
  return {
    method: request.method.toUpperCase(),
    url: new URL(request.url),
    headers: request.headers,
    body: await request.text(),
  };
}

export function jsonReply(status: number, content: unknown): Reply {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(content) };
}

export function textReply(status: number, body: string): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

export function respond(reply: Reply): Response {
  return new Response(reply.body === '' ? null : reply.body, { status: reply.status, headers: headersOf(reply) });
}

/** The first half of the body, then the connection breaks. */
export function respondCut(reply: Reply): Response {
  const bytes = new TextEncoder().encode(reply.body);
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (begun) return controller.error(new PracticeConnectionCut('The connection was cut in the middle of the answer'));
      begun = true;
      controller.enqueue(bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2))));
    },
  });
  return new Response(body, { status: reply.status, headers: headersOf(reply) });
}

function headersOf(reply: Reply): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': reply.contentType, 'cache-control': 'no-store' };
  if (reply.location !== undefined) headers.location = reply.location;
  return headers;
}
