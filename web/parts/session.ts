import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Me, Store } from '~/api-model.ts';
import { meQuery, storesQuery } from '~/queries.ts';

/** Who looks; the frame's route has read it before any screen is shown. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

/** What this person may do. The server decides; this only keeps buttons honest. */
export function useRights(): { write: boolean; administer: boolean } {
  const { role } = useMe();
  return { write: role !== 'viewer', administer: role === 'owner' || role === 'admin' };
}

const none: Store[] = [];

/** All stores of the organization; `connected` leaves out the disconnected ones. */
export function useStores(): { stores: Store[]; connected: Store[]; loaded: boolean } {
  const { data } = useQuery(storesQuery);
  const stores = data ?? none;
  // One and the same list until the stores change: tables build their columns from it.
  const connected = useMemo(() => stores.filter((store) => store.status !== 'disconnected'), [stores]);
  return { stores, connected, loaded: data !== undefined };
}
