import { useQuery } from '@tanstack/react-query';
import { api } from '~/api.ts';
import type { Page, Store, SyncJob } from '~/api-model.ts';

export interface StartStep {
  id: 'connect' | 'link' | 'change';
  done: boolean;
}

/** How far the first ten minutes have come, read from what really happened: a price change leaves a finished push. */
export function useStartSteps(connected: Store[]): readonly [StartStep, StartStep, StartStep] {
  const linked = connected.some((store) => store.counts.linked > 0);
  const pushes = useQuery({
    queryKey: ['sync-jobs', 'any-push'],
    queryFn: ({ signal }) => api.get<Page<SyncJob>>('/api/sync-jobs', { jobType: 'push', status: 'succeeded', limit: 1 }, signal),
    enabled: linked,
  });
  return [
    { id: 'connect', done: connected.length > 0 },
    { id: 'link', done: linked },
    { id: 'change', done: (pushes.data?.items.length ?? 0) > 0 },
  ];
}
