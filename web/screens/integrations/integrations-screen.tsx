import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plug, Plus } from 'lucide-react';
import { useEffect } from 'react';
import { toast } from 'sonner';
import type { Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Empty } from '~/parts/empty.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { storeFaces } from '~/parts/state.tsx';
import { ClearFilters, Filter, ListHead, SearchBox } from '~/parts/toolbar.tsx';
import { storesQuery } from '~/queries.ts';
import { callbackProblem } from '~/screens/integrations/callback-problem.ts';
import { ConnectDialog } from '~/screens/integrations/connect-dialog.tsx';
import { storeStatuses } from '~/screens/integrations/integrations-search.ts';
import { LeaveStore } from '~/screens/integrations/leave-store.tsx';
import { NoStore } from '~/screens/integrations/no-store.tsx';
import { PracticeButtons, usePracticeOffers } from '~/screens/integrations/practice-buttons.tsx';
import { StoreCard } from '~/screens/integrations/store-card.tsx';
import { StoreSheet } from '~/screens/integrations/store-sheet.tsx';

const route = getRouteApi('/frame/integrations');

export function IntegrationsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rights = useRights();
  const reading = useQuery(storesQuery);
  const change = (part: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const open = (reading.data ?? []).find((store) => store.id === search.settings);
  const leaving = rights.administer ? (reading.data ?? []).find((store) => store.id === search.leave) : undefined;
  useCallbackMessage(reading.data);
  const filtered = search.q !== undefined || search.status !== undefined;
  return (
    <>
      <ListHead
        title="Integrations"
        actions={
          rights.write && (
            <Button look="main" icon={Plus} onClick={() => change({ connect: '1' })}>
              Connect a store
            </Button>
          )
        }
      >
        <SearchBox label="Search stores" value={search.q ?? ''} onChange={(q) => change({ q: q === '' ? undefined : q })} />
        <Filter
          label="Status"
          all="Every status"
          value={search.status}
          options={storeStatuses.map((value) => ({ value, label: storeFaces[value].word }))}
          onChange={(status) => change({ status })}
        />
        <ClearFilters shown={filtered} onClear={() => change({ q: undefined, status: undefined })} />
      </ListHead>
      <div className="min-h-0 flex-1 overflow-y-auto p-4">
        {search.problem !== undefined && <div className="mb-4">{<Problem thrown={callbackProblem(search.problem)} />}</div>}
        {reading.error !== null && reading.data === undefined ? (
          <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
        ) : (
          <Cards stores={reading.data === undefined ? null : matching(reading.data, search)} filtered={filtered} />
        )}
      </div>
      {search.connect !== undefined && (
        <ConnectDialog
          platformId={search.connect}
          practice={search.practice === 'yes'}
          onClose={() => change({ connect: undefined, practice: undefined })}
        />
      )}
      {leaving !== undefined && <LeaveStore key={leaving.id} store={leaving} onClose={() => change({ leave: undefined })} />}
      {open !== undefined && <StoreSheet key={open.id} store={open} onClose={() => change({ settings: undefined })} />}
    </>
  );
}

/** Disconnected stores are history: only shown when asked for. */
function matching(
  stores: Store[],
  { q = '', status }: { q?: string | undefined; status?: Store['status'] | undefined },
): Store[] {
  const wanted = q.trim().toLocaleLowerCase();
  return stores.filter(
    (store) =>
      (status === undefined ? store.status !== 'disconnected' : store.status === status) &&
      [store.name, store.storeName, store.domain, store.platformName].some((text) => text?.toLocaleLowerCase().includes(wanted)),
  );
}

function Cards({ stores, filtered }: { stores: Store[] | null; filtered: boolean }) {
  if (stores === null) {
    return (
      <div role="status" aria-label="Loading" className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        {[0, 1].map((each) => (
          <div key={each} className="skeleton h-56" />
        ))}
      </div>
    );
  }
  if (stores.length === 0 && filtered) return <Empty icon={Plug} title="No store fits the search" />;
  if (stores.length === 0) {
    return (
      <NoStore>
        The stores you sell in stand here, with how well they are in sync. Connect the one first that owns your prices and stock.
      </NoStore>
    );
  }
  return (
    <div className="space-y-4">
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        {stores.map((store) => (
          <StoreCard key={store.id} store={store} />
        ))}
      </div>
      {!filtered && <PracticeOffer />}
    </div>
  );
}

function PracticeOffer() {
  if (usePracticeOffers().length === 0) return null;
  return (
    <section
      aria-label="Practice stores"
      className="flex flex-wrap items-center gap-3 rounded-box border border-dashed border-base-300 px-4 py-3"
    >
      <p className="mr-auto text-muted">A practice store runs on this server. Nothing done there reaches a buyer.</p>
      <PracticeButtons />
    </section>
  );
}

/** Back from a platform's consent page: says so once. */
function useCallbackMessage(stores: Store[] | undefined) {
  const { connected } = route.useSearch();
  const navigate = route.useNavigate();
  const name = stores?.find((store) => store.id === connected)?.name;
  useEffect(() => {
    if (name === undefined) return;
    toast.success(`${name} is connected. Its goods are being read.`);
    void navigate({ search: (before) => ({ ...before, connected: undefined }), replace: true });
  }, [name, navigate]);
}
