import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RotateCw, X } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { SyncJob } from '~/api-model/activity.ts';
import { Button } from '~/parts/button.tsx';
import { useRights } from '~/parts/session.ts';

function cancelled({ jobType, cancelRequested, status }: SyncJob): string {
  if (!cancelRequested && status !== 'cancelled') return 'It had ended already.';
  return jobType === 'import'
    ? 'It stops, and nothing of the file is imported.'
    : 'It stops after the step under way. What is done stays done.';
}

export function JobActs({ job }: { job: SyncJob }) {
  const rights = useRights();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (name: 'cancel' | 'retry') => api.post<SyncJob>(`/api/sync-jobs/${job.id}/${name}`),
    onSuccess: (answer, name) => toast(name === 'cancel' ? cancelled(answer) : 'Started again.'),
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
  if (job.status === 'failed' && job.jobType === 'import' && job.changeSetId === null) {
    return (
      <Link to="/products" className="link" title="Its file is not kept">
        Upload again
      </Link>
    );
  }
  if (job.status === 'succeeded' || !job.canRetry) return null;
  return (
    <Button small icon={RotateCw} busy={act.isPending} onClick={() => act.mutate('retry')}>
      Retry
    </Button>
  );
}
