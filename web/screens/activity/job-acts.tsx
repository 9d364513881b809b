import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCw, X } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';
import { Button } from '~/parts/button.tsx';
import { useRights } from '~/parts/session.ts';

export function JobActs({ job }: { job: SyncJob }) {
  const rights = useRights();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (name: 'cancel' | 'retry') => api.post(`/api/sync-jobs/${job.id}/${name}`),
    onSuccess: (_, name) =>
      toast(name === 'cancel' ? 'It stops after the step under way. What is done stays done.' : 'Started again.'),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => client.invalidateQueries({ queryKey: ['sync-jobs'] }),
  });
  if (!rights.write) return null;
  if (job.status === 'running' || job.status === 'queued') {
    return (
      <Button small icon={X} busy={act.isPending} onClick={() => act.mutate('cancel')}>
        Cancel
      </Button>
    );
  }
  if (job.status === 'succeeded' || job.status === 'held') return null;
  return (
    <Button small icon={RotateCw} busy={act.isPending} onClick={() => act.mutate('retry')}>
      Retry
    </Button>
  );
}
