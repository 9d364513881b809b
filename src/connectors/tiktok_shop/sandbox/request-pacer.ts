/**
 * 50 requests a second for each app, shop and API. Source: "Rate limits". One app and one shop live here, so the API's
 * operation is the key; any span of one second counts.
 */
export const requestsPerSecond = 50;

export class RequestPacer {
  readonly #recent = new Map<string, number[]>();
  #unlimited = false;

  set unlimited(on: boolean) {
    this.#unlimited = on;
  }

  /** Whether a request at this moment is within the limit; if so, it is counted. */
  admits(operation: string, milliseconds: number): boolean {
    if (this.#unlimited) return true;
    const recent = this.#recent.get(operation) ?? [];
    this.#recent.set(operation, recent);
    while (recent.length > 0 && (recent[0] ?? 0) <= milliseconds - 1000) recent.shift();
    if (recent.length >= requestsPerSecond) return false;
    recent.push(milliseconds);
    return true;
  }
}
