/**
 * Serves a practice shop over real HTTP on this machine alone, and beside the platform's protocol a page and a JSON API
 * under /practice for people and tests. Where the shop says so, connections hang or are cut.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { messageOf } from '#base/errors.ts';
import type { PracticeShop } from '#connectors/practice.ts';
import { answerControl, isControlPath } from '#connectors/practice-host/control-api.ts';
import { isConnectionCut, requestOf, sendResponse } from '#connectors/practice-host/exchange.ts';

export interface HostedPracticeShop {
  /** http://127.0.0.1:port, without a slash at the end. */
  baseUrl: string;
  shop: PracticeShop;
  /** Stops the shop, cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Port 0, or none, takes a free one. Rejects when the port is taken or the shop cannot be made. */
export async function hostPracticeShop(
  createShop: (baseUrl: string) => PracticeShop,
  options: { port?: number } = {},
): Promise<HostedPracticeShop> {
  const server = createServer({ keepAliveTimeout: 5000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  };
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The practice shop got no port');
    const baseUrl = `http://127.0.0.1:${address.port}`;
    const shop = createShop(baseUrl);
    server.on('request', (incoming, outgoing) => {
      void serve(shop, baseUrl, incoming, outgoing);
    });
    return {
      baseUrl,
      shop,
      async close() {
        await shop.close();
        await stop();
      },
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** Never rejects: what goes wrong ends as an answer or as a cut connection. */
async function serve(shop: PracticeShop, baseUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  try {
    const request = requestOf(incoming, baseUrl, gone.signal);
    const url = new URL(request.url);
    await sendResponse(isControlPath(url.pathname) ? await answerControl(shop, request) : await shop.handle(request), outgoing);
  } catch (thrown) {
    if (isConnectionCut(thrown) || outgoing.headersSent || gone.signal.aborted) {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' });
    outgoing.end(`The practice shop failed: ${messageOf(thrown)}\n`);
  }
}
