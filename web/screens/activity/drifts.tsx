import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Undo2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { api, type Query } from '~/api.ts';
import type { Drift, DriftDecision } from '~/api-model/drifts.ts';
import type { Member } from '~/api-model/settings.ts';
import { Button } from '~/parts/button.tsx';
import type { Selection } from '~/parts/data-table/columns.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { Empty } from '~/parts/empty.tsx';
import { SelectedBar } from '~/parts/selected-bar.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { useList } from '~/parts/use-list.ts';
import { DecideDrift, DecideMany } from '~/screens/activity/decide-drift.tsx';
import { DriftCard, driftColumns } from '~/screens/activity/drift-columns.tsx';
import { decisionWords, openDecisions } from '~/screens/activity/drift-words.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';

const noSelection: Selection = {};

/** What stores were found to show in place of ours, what became of it, and what waits for a decision. */
export function Drifts({ filters, filtered }: { filters: Query; filtered: boolean }) {
  const rights = useRights();
  const list = useList<Drift>('drifts', filters, { moving: ({ state }) => state === 'seen' });
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [asked, setAsked] = useState<Drift | null>(null);
  const { stores } = useStores();
  const people = useNames();
  const storeName = useMemo(() => {
    const names = new Map(stores.map(({ id, name }) => [id, name]));
    return (id: string) => names.get(id) ?? 'a store that is gone';
  }, [stores]);
  const columns = useMemo(
    () => driftColumns({ stores, people, onDecide: rights.write ? setAsked : null }),
    [stores, people, rights.write],
  );
  const selected = list.rows.filter(({ id }) => selection[id] === true);
  return (
    <>
      {selected.length > 0 && <Selected drifts={selected} onClear={() => setSelection(noSelection)} />}
      <DataTable
        noun="difference"
        list={list}
        columns={columns}
        rowId={({ id }) => id}
        card={(drift) => <DriftCard drift={drift} stores={stores} people={people} onDecide={rights.write ? setAsked : null} />}
        empty={<NoDrifts filtered={filtered} />}
        {...(rights.write ? { selection: { value: selection, onChange: setSelection } } : {})}
      />
      {asked !== null && <DecideDrift drift={asked} store={storeName(asked.storeId)} onClose={() => setAsked(null)} />}
    </>
  );
}

function NoDrifts({ filtered }: { filtered: boolean }) {
  const { connected, loaded } = useStores();
  const words =
    'When a price or quantity is changed on a store that follows yours, it is told here: what it was, why, and what became of it.';
  if (loaded && connected.length === 0) return <NoStore>{words}</NoStore>;
  return (
    <Empty icon={CircleCheck} title={filtered ? 'No difference fits' : 'Every store shows what it should'}>
      {filtered ? 'Clear a filter to see more.' : words}
    </Empty>
  );
}

function Selected({ drifts, onClear }: { drifts: readonly Drift[]; onClear: () => void }) {
  const [decision, setDecision] = useState<DriftDecision | null>(null);
  const open = (wanted: DriftDecision) => drifts.filter((drift) => openDecisions(drift).includes(wanted));
  const decidable = { put_back: open('put_back'), take_over: open('take_over') };
  return (
    <>
      <SelectedBar count={drifts.length} noun="difference" onClear={onClear}>
        {(['put_back', 'take_over'] as const).map((wanted) => (
          <Button
            key={wanted}
            small
            icon={wanted === 'put_back' ? Undo2 : CircleCheck}
            disabled={decidable[wanted].length === 0}
            onClick={() => setDecision(wanted)}
          >
            {decisionWords[wanted]}
            {decidable[wanted].length < drifts.length && ` (${decidable[wanted].length})`}
          </Button>
        ))}
      </SelectedBar>
      {decision !== null && (
        <DecideMany drifts={decidable[decision]} decision={decision} onDone={onClear} onClose={() => setDecision(null)} />
      )}
    </>
  );
}

/** Who works here, by id. Until it is read, and for who has left, nobody is named. */
function useNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['members'],
    queryFn: async ({ signal }) =>
      (await api.get<{ members: Member[] }>('/api/auth/organization/list-members', { limit: 200 }, signal)).members,
  });
  return useMemo(() => new Map((data ?? []).map(({ user }) => [user.id, user.name])), [data]);
}
