/** Faults waiting for the requests and deliveries that they are meant for. */
import type { PracticeFault } from '#connectors/practice.ts';

/** `handle()` rejects with it where a real connection would hang and be cut without an answer: the host destroys the socket. */
export class ConnectionCut extends Error {
  override readonly name = 'PracticeConnectionCut';
}

export class Faults {
  #waiting: (PracticeFault & { left: number })[] = [];

  add(fault: PracticeFault): void {
    const left = fault.times ?? 1;
    if (!(left > 0)) throw new Error(`A fault applies at least once, not ${left} times`);
    this.#waiting.push({ ...fault, left });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The oldest fault of these kinds whose `match` is part of one of the names; it is used up by one. */
  take(kinds: readonly PracticeFault['kind'][], names: readonly string[], matchedOnly = false): PracticeFault | null {
    const found = this.#waiting.find(
      ({ kind, match }) =>
        kinds.includes(kind) && (match === undefined ? !matchedOnly : names.some((name) => name.includes(match))),
    );
    if (found === undefined) return null;
    found.left -= 1;
    if (found.left <= 0) this.#waiting = this.#waiting.filter((fault) => fault !== found);
    return found;
  }
}

/** Half of the answer's body, then the connection breaks. */
export async function cutInHalf(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set('Content-Length', String(bytes.length));
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new ConnectionCut('The connection was cut in the middle of the answer'));
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    },
  });
  return new Response(body, { status: response.status, headers });
}
