import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, Hand, X } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { ChangeSet } from '~/api-model/activity.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Moment } from '~/parts/moment.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { changeName } from '~/screens/activity/change-name.ts';

/** Bulk changes that the brake has stopped: nothing of them is applied until somebody decides. Absent when there are none. */
export function PendingChanges() {
  const { data } = useQuery({
    queryKey: ['change-sets'],
    queryFn: async ({ signal }) => (await api.get<{ items: ChangeSet[] }>('/api/change-sets', {}, signal)).items,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <section aria-label="Waiting for approval" className="max-h-64 shrink-0 overflow-y-auto border-b border-base-300 bg-base-100">
      {data.map((change) => (
        <PendingChange key={change.id} change={change} />
      ))}
    </section>
  );
}

function PendingChange({ change }: { change: ChangeSet }) {
  const rights = useRights();
  const { stores } = useStores();
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (verb: 'approve' | 'discard') => api.post(`/api/change-sets/${change.id}/${verb}`),
    onSuccess: (_, verb) =>
      toast(verb === 'approve' ? 'Approved. What follows from it is being sent.' : 'Discarded. Everything stays as it is.'),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => client.invalidateQueries(),
  });
  const { repriced = 0, recounted = 0, zeroed = 0 } = change.summary;
  const store = stores.find(({ id }) => id === change.storeId)?.name;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-base-300 px-4 py-2.5 last:border-0">
      <Hand className="size-4 shrink-0 text-warning" aria-hidden />
      <div className="min-w-52 flex-1">
        <p className="font-medium">Waiting for approval: {changeName(change, store)}</p>
        <p className="text-xs text-muted">
          Would change {counted(repriced, 'price')} and {counted(recounted, 'quantity', 'quantities')}
          {zeroed > 0 && `, ${zeroed} of them to 0`}; asked for <Moment at={change.createdAt} />
        </p>
      </div>
      {rights.write && (
        <>
          <Button
            small
            icon={X}
            busy={decide.isPending && decide.variables === 'discard'}
            onClick={() => decide.mutate('discard')}
          >
            Discard
          </Button>
          <Button
            small
            look="main"
            icon={Check}
            busy={decide.isPending && decide.variables === 'approve'}
            onClick={() => decide.mutate('approve')}
          >
            Approve
          </Button>
        </>
      )}
    </div>
  );
}
