/** What changed, told to every open page: one LISTEN per process, however many pages are open. */
import pg from 'pg';
import { z } from 'zod';
import { messageOf } from '#base/errors.ts';
import { type Change, changeKinds, type Logger } from '#stores/hub.ts';

/** `missed`: changes may have been lost meanwhile; a page reads anew what it shows. */
export type FeedEvent = { type: 'change'; change: Change } | { type: 'missed' };

export interface ChangeFeed {
  /** Calls the listener for every change of the organization, until the returned function is called. */
  subscribe(organizationId: string, listener: (event: FeedEvent) => void): () => void;
}

export const changesChannel = 'storesync_changes';

const notice = z.object({
  organizationId: z.uuid(),
  kind: z.enum(changeKinds),
  ids: z.array(z.string()).max(1000),
  storeId: z.string().nullish(),
});

/** Listeners by organization; `tell` and `tellAll` are for whoever brings the news. */
export function makeFeed(): ChangeFeed & {
  tell(organizationId: string, event: FeedEvent): void;
  tellAll(event: FeedEvent): void;
} {
  const listeners = new Map<string, Set<(event: FeedEvent) => void>>();
  return {
    subscribe(organizationId, listener) {
      const own = listeners.get(organizationId) ?? new Set();
      listeners.set(organizationId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(organizationId) === own) listeners.delete(organizationId);
      };
    },
    tell(organizationId, event) {
      for (const listener of listeners.get(organizationId) ?? []) listener(event);
    },
    tellAll(event) {
      for (const own of listeners.values()) for (const listener of own) listener(event);
    },
  };
}

/**
 * A feed over PostgreSQL's LISTEN. The URL must reach the server itself: a transaction pooler does not carry notices.
 * A lost connection is made anew, for ever, with waits from 0.5 to 15 seconds; then pages are told that they missed some.
 */
export async function listenForChanges(settings: { url: string; log: Logger }): Promise<ChangeFeed & { close(): Promise<void> }> {
  const feed = makeFeed();
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let failures = 0;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: settings.url,
      application_name: 'storesync-changes',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    fresh.on('notification', (message) => receive(message.payload ?? ''));
    fresh.on('error', (error) => lost(fresh, error));
    fresh.on('end', () => lost(fresh, new Error('connection ended')));
    client = fresh;
    try {
      await fresh.connect();
      await fresh.query(`listen ${changesChannel}`);
      if (failures > 0) feed.tellAll({ type: 'missed' });
      failures = 0;
    } catch (thrown) {
      lost(fresh, thrown);
    }
  }

  function lost(which: pg.Client, thrown: unknown): void {
    if (closed || which !== client) return;
    client = null;
    which.removeAllListeners();
    which.on('error', (error) => settings.log.debug({ error: error.message }, 'A lost change feed ended'));
    which.end().catch((error: unknown) => settings.log.debug({ error: messageOf(error) }, 'A lost change feed ended'));
    failures++;
    const waitMilliseconds = Math.min(15_000, 500 * 2 ** Math.min(failures - 1, 5));
    settings.log.warn({ error: messageOf(thrown), waitMilliseconds }, 'The change feed lost its connection');
    retry = setTimeout(() => void connect(), waitMilliseconds);
  }

  function receive(payload: string): void {
    const read = notice.safeParse(parsed(payload));
    if (!read.success) {
      settings.log.warn({ bytes: payload.length }, 'A change notice has an unknown shape');
      return;
    }
    const { organizationId, kind, ids, storeId } = read.data;
    feed.tell(organizationId, { type: 'change', change: { kind, ids, ...(storeId ? { storeId } : {}) } });
  }

  await connect();
  return {
    subscribe: feed.subscribe,
    async close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      await client?.end();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
