import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { AppliedChangeSet, UndoPreview } from '~/api-model/activity.ts';
import { counted, money } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { PreviewExamples, PreviewSummary } from '~/parts/rules/rule-preview.tsx';
import { useMe, useRights, useStores } from '~/parts/session.ts';
import { appliedChangesQuery } from '~/queries.ts';
import { capitalized, changeName } from '~/screens/activity/change-name.ts';
import { ChangesReading, NotAll } from '~/screens/activity/changes-reading.tsx';

/** Bulk changes that were applied lately: what each was before can be put back, once. Absent when there are none. */
export function AppliedChanges() {
  const reading = useQuery(appliedChangesQuery);
  const [undoing, setUndoing] = useState<AppliedChangeSet | null>(null);
  const { data } = reading;
  if (data === undefined) return <ChangesReading reading={reading} label="Loading bulk changes" />;
  const { items, total } = data;
  if (items.length === 0) return null;
  return (
    <details className="shrink-0 border-b border-base-300 bg-base-100">
      <summary className="cursor-pointer px-4 py-2 font-medium">{counted(total, 'bulk change')} of the last 30 days</summary>
      <ul className="max-h-64 overflow-y-auto">
        {items.map((change) => (
          <AppliedChange key={change.id} change={change} onUndo={() => setUndoing(change)} />
        ))}
        <NotAll shown={items.length} total={total} />
      </ul>
      {undoing !== null && <UndoDialog change={undoing} onClose={() => setUndoing(null)} />}
    </details>
  );
}

function AppliedChange({ change, onUndo }: { change: AppliedChangeSet; onUndo: () => void }) {
  const rights = useRights();
  const { repriced = 0, recounted = 0 } = change.summary;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-base-300 px-4 py-2">
      <div className="min-w-52 flex-1">
        <p>
          <ChangeName change={change} />
        </p>
        <p className="text-xs text-muted">
          {change.cause !== 'links' && `${counted(repriced, 'price')} and ${counted(recounted, 'quantity', 'quantities')}, `}
          <Moment at={change.decidedAt} />
        </p>
      </div>
      {change.undoneAt !== null ? (
        <span className="text-xs text-muted">
          Undone <Moment at={change.undoneAt} />
        </span>
      ) : (
        rights.write && (
          <Button small icon={Undo2} onClick={onUndo}>
            Undo …
          </Button>
        )
      )}
    </li>
  );
}

function ChangeName({ change }: { change: AppliedChangeSet }) {
  const { stores } = useStores();
  const store = stores.find(({ id }) => id === change.storeId)?.name;
  return capitalized(changeName(change, store));
}

/** What undoing would do, before it does. */
function UndoDialog({ change, onClose }: { change: AppliedChangeSet; onClose: () => void }) {
  const client = useQueryClient();
  const reading = useQuery({
    queryKey: ['change-sets', 'undo', change.id],
    queryFn: ({ signal }) => api.get<UndoPreview>(`/api/change-sets/${change.id}/undo`, {}, signal),
    staleTime: 0,
  });
  const undo = useMutation({
    mutationFn: () => api.post(`/api/change-sets/${change.id}/undo`),
    onSuccess: () => {
      toast.success('Undone. What follows from it is being sent.');
      onClose();
    },
    onSettled: () => client.invalidateQueries(),
  });
  const preview = reading.data;
  return (
    <Dialog
      title="Undo this change?"
      onClose={onClose}
      wide
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button
            look="main"
            icon={Undo2}
            busy={undo.isPending}
            disabled={preview === undefined || preview.problem !== null}
            onClick={() => undo.mutate()}
          >
            Undo it
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <p className="font-medium">
          <ChangeName change={change} />, <Moment at={change.decidedAt} />
        </p>
        {reading.error !== null && <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />}
        {preview === undefined && reading.error === null && <div className="skeleton h-32" role="status" aria-label="Loading" />}
        {preview !== undefined && <UndoEffect change={change} preview={preview} />}
        {undo.error !== null && <Problem thrown={undo.error} />}
      </div>
    </Dialog>
  );
}

interface UndoEffectProps {
  change: AppliedChangeSet;
  preview: UndoPreview;
}

function UndoEffect({ change, preview: { problem, rules, rows } }: UndoEffectProps) {
  if (problem !== null) return <p className="text-warning">{problem}</p>;
  return (
    <>
      {rules !== null && (
        <>
          <PreviewSummary preview={rules} brake={null} />
          <PreviewExamples preview={rules} />
        </>
      )}
      {rows !== null && <RowsEffect change={change} rows={rows} />}
    </>
  );
}

function RowsEffect({ change, rows }: { change: AppliedChangeSet; rows: NonNullable<UndoPreview['rows']> }) {
  const { currency } = useMe().organization;
  const shown = (amount: string | null) => (amount === null ? 'no price' : money(amount, currency));
  return (
    <>
      <p>
        {change.cause === 'links'
          ? `${counted(rows.restorable, 'listing')} will be linked as before, or not at all; the platforms stay as they are.`
          : `${counted(rows.restorable, 'product or variant', 'products and variants')} will be what they were${rows.counts > 0 ? `, and ${counted(rows.counts, 'count')} corrected by what the import changed` : ''}. What was new stays.`}
      </p>
      {rows.touchedSince > 0 && (
        <p className="text-muted">Somebody has changed {counted(rows.touchedSince, 'of them', 'of them')} since; that stays.</p>
      )}
      <ul className="text-xs text-muted">
        {rows.examples.map(({ title, sku, priceBefore, priceNow }) => (
          <li key={`${title} ${sku}`}>
            {title}
            {sku === '' ? '' : `, ${sku}`}: {shown(priceNow)} → {shown(priceBefore)}
          </li>
        ))}
      </ul>
    </>
  );
}
