/** Everything that crosses the wire between the hub and practice stores, as it was said. Kept in memory alone: it holds credentials. */
import type { AppCredentials } from '#connectors/connector.ts';
import type { PracticeShop, PracticeTraffic } from '#connectors/practice.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';

export interface Exchange {
  platform: string;
  /** `webhook`: the store called the hub; the answer's body and headers are not kept. */
  direction: 'api' | 'webhook';
  method: string;
  url: URL;
  /** Names in lower case. */
  requestHeaders: Readonly<Record<string, string>>;
  requestBody: string;
  /** 0: no answer came. */
  status: number;
  responseHeaders: Readonly<Record<string, string>>;
  responseBody: string;
  /** False where the connection broke in the middle of the answer. */
  whole: boolean;
  /** The answer was written by a test, not by the practice store. */
  scripted: boolean;
  /** The app as the store knows it: signatures are recomputed with it. */
  app: AppCredentials;
}

/** An answer that a practice store cannot be brought to give: given in its place to the next request that `match` is part of. */
interface Scripted {
  match: string;
  answer(): Response;
  left: number;
}

export class Recorder {
  readonly exchanges: Exchange[] = [];
  readonly #scripted = new Map<string, Scripted[]>();

  /** The shop with a recorder before its door. Give it to whatever serves the shop. */
  around<Shop extends PracticeShop>(shop: Shop): Shop {
    const app = appOf(shop);
    return { ...shop, handle: (request: Request) => this.#handle(shop, app, request) };
  }

  /**
   * The next `times` requests to the shop at this address whose path contains `match`, or whose GraphQL operation it names,
   * get this answer; the shop does not see them.
   */
  answerNext(baseUrl: string, match: string, answer: Scripted['answer'], times = 1): void {
    const waiting = this.#scripted.get(baseUrl) ?? [];
    this.#scripted.set(baseUrl, [...waiting, { match, answer, left: times }]);
  }

  /** Scripted answers that nobody came for: each is a mistake in a test. */
  unasked(): string[] {
    return [...this.#scripted].flatMap(([baseUrl, waiting]) => waiting.map(({ match }) => `${baseUrl}: ${match}`));
  }

  /** Webhooks are seen by the sandboxes' own record hook; its API calls are here already. */
  webhook(shop: PracticeShop, entry: PracticeTraffic): void {
    if (entry.direction !== 'webhook') return;
    const { platform, method, requestHeaders, requestBody, status } = entry;
    const answer = { responseHeaders: {}, responseBody: '', whole: status !== 0 };
    const url = new URL(entry.url);
    this.exchanges.push({
      ...{ platform, method, url, requestHeaders, requestBody, status },
      ...answer,
      direction: 'webhook',
      scripted: false,
      app: appOf(shop),
    });
  }

  async #handle(shop: PracticeShop, app: AppCredentials, request: Request): Promise<Response> {
    const url = new URL(request.url);
    const requestHeaders = Object.fromEntries(request.headers);
    const requestBody = await request.clone().text();
    const script = this.#scriptFor(url, requestBody);
    const asked = {
      ...{ platform: shop.platform, direction: 'api' as const, method: request.method, url, requestHeaders, requestBody, app },
      scripted: script !== null,
    };
    let response: Response;
    try {
      response = script === null ? await shop.handle(request) : script.answer();
    } catch (thrown) {
      this.exchanges.push({ ...asked, status: 0, responseHeaders: {}, responseBody: '', whole: false });
      throw thrown;
    }
    const answered = { status: response.status, responseHeaders: Object.fromEntries(response.headers) };
    try {
      this.exchanges.push({ ...asked, ...answered, responseBody: await response.clone().text(), whole: true });
    } catch {
      // Cut in the middle: the caller meets the same end.
      this.exchanges.push({ ...asked, ...answered, responseBody: '', whole: false });
    }
    return response;
  }

  #scriptFor(url: URL, body: string): Scripted | null {
    const waiting = this.#scripted.get(url.origin) ?? [];
    const due = waiting.find(({ match }) => url.pathname.includes(match) || body.includes(`"operationName":"${match}"`));
    if (due === undefined) return null;
    due.left -= 1;
    if (due.left <= 0)
      this.#scripted.set(
        url.origin,
        waiting.filter((one) => one !== due),
      );
    return due;
  }
}

function appOf(shop: PracticeShop): AppCredentials {
  const kind = practiceKinds[shop.platform];
  if (kind === undefined) throw new Error(`${shop.platform} has no practice store`);
  return kind.app(shop.control.access());
}
