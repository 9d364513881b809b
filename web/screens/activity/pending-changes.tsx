import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, ChevronDown, ChevronUp, Hand, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { ChangePreview, ChangeSet, SyncJob } from '~/api-model/activity.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { JobBar, useJob } from '~/parts/job-bar.tsx';
import { Moment } from '~/parts/moment.tsx';
import { PreviewExamples } from '~/parts/rules/rule-preview.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { pendingChangesQuery } from '~/queries.ts';
import { adoptionDone, adoptionWords } from '~/screens/activity/adoption-words.ts';
import { changeName } from '~/screens/activity/change-name.ts';
import { ChangesReading, NotAll } from '~/screens/activity/changes-reading.tsx';
import { Reading } from '~/screens/dashboard/panel.tsx';

/** Bulk changes that the brake has stopped: nothing of them is applied until somebody decides. Absent when there are none. */
export function PendingChanges() {
  const reading = useQuery(pendingChangesQuery);
  if (reading.data === undefined) return <ChangesReading reading={reading} label="Loading what waits for approval" />;
  const { items, total } = reading.data;
  if (items.length === 0) return null;
  return (
    <section
      aria-label="Waiting for approval"
      className="max-h-[50vh] shrink-0 overflow-y-auto border-b border-base-300 bg-base-100"
    >
      <ul>
        {items.map((change) => (
          <PendingChange key={change.id} change={change} />
        ))}
        <NotAll shown={items.length} total={total} />
      </ul>
    </section>
  );
}

function PendingChange({ change }: { change: ChangeSet }) {
  const rights = useRights();
  const { stores } = useStores();
  const [open, setOpen] = useState(false);
  const job = useImportOf(change);
  const isImport = change.cause === 'import';
  const { repriced = 0, recounted = 0, zeroed = 0, stores: braking = [] } = change.summary;
  const store = stores.find(({ id }) => id === change.storeId)?.name;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-base-300 px-4 py-2.5 last:border-0">
      <Hand className="size-4 shrink-0 text-warning" aria-hidden />
      <div className="min-w-52 flex-1">
        <p className="font-medium wrap-anywhere">
          {change.importing ? 'Approved' : 'Waiting for approval'}: {changeName(change, store)}
        </p>
        {change.cause === 'adoption' ? (
          <Adoption change={change} store={store ?? 'The store'} />
        ) : (
          <p className="text-xs text-muted">
            Would change {counted(repriced, 'price')} and {counted(recounted, 'quantity', 'quantities')}
            {zeroed > 0 && `, ${zeroed} of them to 0`}
            {braking.length > 0 && `, more than the brake of ${braking.join(', ')} allows`}; {isImport ? 'held' : 'asked for'}{' '}
            <Moment at={change.createdAt} />
          </p>
        )}
        {!change.importing && job?.status === 'failed' && (
          <p role="alert" className="text-xs text-error">
            Approved, but it could not be imported: {job.errorMessage}
          </p>
        )}
      </div>
      {change.cause !== 'currency' && (
        <Button small icon={open ? ChevronUp : ChevronDown} aria-expanded={open} onClick={() => setOpen(!open)}>
          Examples
        </Button>
      )}
      {change.importing ? (
        <div className="min-w-40 flex-1 sm:max-w-64">
          <p className="text-xs text-muted">It is being imported.</p>
          {job !== undefined && <JobBar job={job} label={`Importing ${change.summary.file}`} />}
        </div>
      ) : (
        rights.write && <Decision change={change} />
      )}
      {open && <Examples id={change.id} />}
    </li>
  );
}

/** No figure of ours would change before it is approved: what is told is what the store shows. */
const Adoption = ({ change, store }: { change: ChangeSet; store: string }) => (
  <p className="text-xs text-muted">
    {adoptionWords(change, store)} Noticed <Moment at={change.createdAt} />.
  </p>
);

/** The job that applies an import since it was approved, or has failed to. When it has ended, what waits is read again. */
function useImportOf({ change: { jobId } }: ChangeSet): SyncJob | undefined {
  const client = useQueryClient();
  const { data } = useJob(typeof jobId === 'string' ? jobId : null);
  const ended = data !== undefined && data.status !== 'running';
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: ['change-sets'] });
  }, [ended, client]);
  return data;
}

const doneWords = {
  approve: 'Approved. What follows from it is being sent.',
  discard: 'Discarded. Everything stays as it is.',
};
const importDone = { approve: 'Approved. The file is being imported.' };

function Decision({ change }: { change: ChangeSet }) {
  const client = useQueryClient();
  const done = { ...doneWords, ...(change.cause === 'import' && importDone), ...(change.cause === 'adoption' && adoptionDone) };
  const decide = useMutation({
    mutationFn: (verb: 'approve' | 'discard') => api.post(`/api/change-sets/${change.id}/${verb}`),
    onSuccess: (_, verb) => toast(done[verb]),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <>
      <Button small icon={X} busy={decide.isPending && decide.variables === 'discard'} onClick={() => decide.mutate('discard')}>
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
  );
}

/** What would become of what, as things are now or were when it was held: nobody has to approve unseen. */
function Examples({ id }: { id: string }) {
  const { stores } = useStores();
  const reading = useQuery({
    queryKey: ['change-sets', 'preview', id],
    queryFn: ({ signal }) => api.get<ChangePreview>(`/api/change-sets/${id}/preview`, {}, signal),
    staleTime: 0,
  });
  const storeOf = (storeId: string) => stores.find((store) => store.id === storeId)?.name;
  return (
    <div className="w-full">
      <Reading reading={reading} lines={3}>
        {(preview) =>
          preview.largest.length === 0 ? (
            <p className="text-muted">As things are now, it would change nothing.</p>
          ) : (
            <>
              <PreviewExamples preview={preview} storeOf={storeOf} />
              {preview.since !== null && (
                <p className="mt-1 text-xs text-muted">
                  As it was worked out <Moment at={preview.since} />. Approved, the file is checked and worked out again.
                </p>
              )}
            </>
          )
        }
      </Reading>
    </div>
  );
}
