/** A worker that has a store and does what a test says, step by step. */
import type { Lease } from '#stores/lease.ts';
import { findStore } from '#stores/stores-store.ts';
import type { Turn } from '#sync/turn.ts';
import type { TwoStores } from './two-stores.ts';

export async function workerWith(world: TwoStores, lease: Lease): Promise<Turn> {
  const isSource = lease.storeId === world.sourceId;
  const store = await world.within((tx) => findStore(tx, lease.storeId));
  const { connector } = isSource ? world.source : world.other;
  const session = {
    http: { send: never, stream: never, learn: () => undefined },
    credentials: { scheme: 'access_token' as const, secrets: {}, scopes: [] },
    app: null,
    baseUrl: null,
    now: () => world.clock.now(),
  };
  return {
    hub: world.hub,
    lease,
    store,
    isSource,
    connector,
    session,
    patient: session,
    signal: new AbortController().signal,
    pauseUntil: null,
    ordersUnreadable: false,
  };
}

const never = async (): Promise<never> => {
  throw new Error('the fake shop needs no network');
};
