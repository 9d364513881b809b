/** Keeps open pages true: the server says what changed, the reads that show it are repeated. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Change } from '~/api-model/activity.ts';
import type { Noun } from '~/queries.ts';

const affected: Record<Change['kind'], readonly Noun[]> = {
  store: ['stores', 'freshness', 'first-steps'],
  listing: ['listings', 'listing', 'first-steps', 'products', 'product', 'explanation', 'stores', 'freshness'],
  product: ['products', 'product', 'bundle', 'bundles-of', 'listings', 'explanation', 'freshness', 'first-steps'],
  job: ['sync-jobs', 'sync-logs', 'change-sets', 'stores', 'products', 'listings', 'suggestions', 'freshness', 'first-steps'],
  log: ['sync-logs', 'webhook-events'],
  inventory: [
    'inventory',
    'inventory-transactions',
    'stock-claims',
    'location-figures',
    'products',
    'product',
    'bundle',
    'bundles-of',
    'explanation',
    'freshness',
  ],
  drift: ['drifts', 'order-counts'],
  order: ['orders', 'order', 'order-counts', 'sales', 'inventory', 'inventory-transactions', 'stock-claims'],
  view: ['saved-views'],
};

/** A busy push announces hundreds of changes a second; the page reads at most this often. */
const pauseMilliseconds = 800;

let connected = true;
const listeners = new Set<() => void>();
const setConnected = (value: boolean) => {
  if (connected === value) return;
  connected = value;
  for (const listener of listeners) listener();
};

/** Whether changes arrive on their own at the moment. */
export const useLive = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connected,
  );

export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => listen(client), [client]);
}

const reopenMilliseconds = 5_000;

/** What is being read for the first time may have been looked up before the stream was open: it is read once more. */
async function readAgain(client: QueryClient): Promise<void> {
  const first = client.getQueryCache().findAll({ fetchStatus: 'fetching', predicate: ({ state }) => state.data === undefined });
  await client.invalidateQueries();
  await Promise.all(first.map(({ queryKey }) => client.invalidateQueries({ queryKey, exact: true })));
}

/**
 * Opens the stream; returns what closes it. The browser reconnects by itself after a lost connection; after a refusal
 * it gives up, and is made to try again here. Once the stream is open all is read again: what changed before, also while
 * the page was being loaded, nobody has told of.
 */
function listen(client: QueryClient): () => void {
  const waiting = new Set<Noun>();
  let refreshTimer: ReturnType<typeof setTimeout> | undefined;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const refresh = () => {
    refreshTimer = undefined;
    for (const noun of waiting) void client.invalidateQueries({ queryKey: [noun] });
    waiting.clear();
  };
  const open = () => {
    source = new EventSource('/api/events');
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = JSON.parse(event.data) as Change;
      for (const noun of affected[change.kind] ?? []) waiting.add(noun);
      refreshTimer ??= setTimeout(refresh, pauseMilliseconds);
    });
    source.addEventListener('missed', () => void client.invalidateQueries());
    source.addEventListener('open', () => {
      setConnected(true);
      void readAgain(client);
    });
    source.addEventListener('error', () => {
      setConnected(false);
      if (source.readyState === EventSource.CLOSED) reopenTimer = setTimeout(open, reopenMilliseconds);
    });
  };
  open();
  return () => {
    source.close();
    clearTimeout(refreshTimer);
    clearTimeout(reopenTimer);
    setConnected(true);
  };
}
