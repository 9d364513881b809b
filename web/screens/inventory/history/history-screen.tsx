import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Location, NamedTransaction } from '~/api-model/stock.ts';
import type { Store } from '~/api-model.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { kindWords } from '~/parts/ledger-words.ts';
import { SavedViews } from '~/parts/saved-views/saved-views.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { ClearFilters, Filter, ListHead, SearchBox } from '~/parts/toolbar.tsx';
import { useList } from '~/parts/use-list.ts';
import { locationsQuery } from '~/queries.ts';
import { HistoryCard, historyColumns } from '~/screens/inventory/history/history-columns.tsx';
import {
  type HistorySearch,
  historyCauses,
  historyFilters,
  historyKinds,
  historySorts,
  isFiltered,
  sortOf,
  withoutFilters,
} from '~/screens/inventory/history/history-search.ts';
import { viewedHistory } from '~/screens/inventory/history/history-views.ts';
import { NoHistory } from '~/screens/inventory/history/no-history.tsx';
import { InventoryActs } from '~/screens/inventory/inventory-acts.tsx';
import { InventoryTabs } from '~/screens/inventory/inventory-tabs.tsx';
import { LocationsSheet } from '~/screens/inventory/locations-sheet.tsx';
import { StockSheet } from '~/screens/inventory/stock-sheet.tsx';
import { UndoDialog } from '~/screens/inventory/undo-dialog.tsx';
import { DateRange } from '~/screens/orders/date-range.tsx';

const route = getRouteApi('/frame/inventory/history');
const noLocations: Location[] = [];
/** A filter that fits few of very many lines is answered in short pages. */
const rowsOfAScreen = 30;

/** What changed in the stock, where, when, by whom, because of which document. */
export function HistoryScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rights = useRights();
  const { data: knownLocations } = useQuery(locationsQuery);
  const locations = knownLocations ?? noLocations;
  const { stores, loaded } = useStores();
  const [undoing, setUndoing] = useState<NamedTransaction | null>(null);
  const sort = sortOf(search);
  const query = { ...historyFilters(search), sort };
  const list = useList<NamedTransaction>('inventory-transactions', query, {
    path: '/api/inventory/transactions',
    atLeast: rowsOfAScreen,
  });
  const change = (part: HistorySearch) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const clear = () => void navigate({ search: withoutFilters(search), replace: true });
  const onUndo = rights.write ? setUndoing : null;
  const columns = useMemo(() => historyColumns(locations, onUndo), [locations, onUndo]);
  return (
    <>
      <ListHead
        title="Inventory"
        actions={
          <>
            <SavedViews
              list={viewedHistory}
              search={search}
              known={{ locationId: knownLocations, storeId: loaded ? stores : undefined }}
              onOpen={(view) => void navigate({ search: view, replace: true })}
            />
            <InventoryActs
              locations={locations}
              locationId={search.locationId}
              write={rights.write}
              onLocations={() => change({ locations: 'open', variant: undefined })}
            />
            <DownloadLink path="/api/inventory/transactions/export.csv" query={query} />
          </>
        }
      >
        <InventoryTabs value="history" locationId={search.locationId} />
        <Filters search={search} locations={locations} stores={stores} onChange={change} />
        <ClearFilters shown={isFiltered(search)} onClear={clear} />
      </ListHead>
      <DataTable
        noun="change"
        view="stock-history"
        list={list}
        columns={columns}
        rowId={({ id }) => id}
        card={(line) => <HistoryCard line={line} locations={locations} onUndo={onUndo} />}
        empty={<NoHistory filtered={isFiltered(search)} onClear={clear} />}
        sorting={{ value: sort, onChange: (value) => change({ sort: historySorts.find((known) => known === value) }) }}
        onOpen={({ variantId }) => change({ variant: variantId, locations: undefined })}
      />
      {search.variant !== undefined && (
        <StockSheet key={search.variant} variantId={search.variant} onClose={() => change({ variant: undefined })} />
      )}
      {search.locations !== undefined && search.variant === undefined && (
        <LocationsSheet onClose={() => change({ locations: undefined })} />
      )}
      {undoing !== null && <UndoDialog line={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}

const causeLabels = { person: 'By a person', store: 'By a store', order: 'By an order' } as const;

const kindLabel = (kind: (typeof historyKinds)[number]): string => {
  if (kind === 'reversal') return 'Taken back';
  return kind === 'reservation' ? 'Reservation' : kindWords({ type: kind, documentKind: null });
};

interface FiltersProps {
  search: HistorySearch;
  locations: readonly Location[];
  stores: readonly Store[];
  onChange: (part: HistorySearch) => void;
}

function Filters({ search, locations, stores, onChange }: FiltersProps) {
  return (
    <>
      <SearchBox
        label="Product, SKU, order or note"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
      />
      <Filter
        label="What"
        all="Every change"
        value={search.kind}
        options={historyKinds.map((value) => ({ value, label: kindLabel(value) }))}
        onChange={(kind) => onChange({ kind })}
      />
      <Filter
        label="By"
        all="By anybody"
        value={search.by}
        options={historyCauses.map((value) => ({ value, label: causeLabels[value] }))}
        onChange={(by) => onChange({ by })}
      />
      {locations.length > 1 && (
        <Filter
          label="Location"
          all="Every location"
          value={search.locationId}
          options={locations.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(locationId) => onChange({ locationId })}
        />
      )}
      {stores.length > 1 && (
        <Filter
          label="Store"
          all="Every store"
          value={search.storeId}
          options={stores.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(storeId) => onChange({ storeId })}
        />
      )}
      <DateRange what="Booked" from={search.from} to={search.to} onChange={onChange} />
    </>
  );
}
