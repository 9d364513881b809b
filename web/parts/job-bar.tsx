import { useQuery } from '@tanstack/react-query';
import { api } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';

/** A job, read again while it runs; null: none. */
export const useJob = (id: string | null) =>
  useQuery({
    queryKey: ['sync-jobs', 'one', id],
    queryFn: ({ signal }) => api.get<SyncJob>(`/api/sync-jobs/${id}`, {}, signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1_000 : false),
  });

/** How far a running job is, where that is known. */
export function JobBar({ job: { itemsProcessed, itemsTotal }, label }: { job: SyncJob; label: string }) {
  const known = itemsTotal > 0;
  return (
    <progress
      className="progress h-1.5 w-full text-primary"
      aria-label={label}
      {...(known ? { value: Math.min(itemsProcessed, itemsTotal), max: itemsTotal } : {})}
    />
  );
}
