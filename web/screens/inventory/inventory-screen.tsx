import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { InventoryItem, Location } from '~/api-model/stock.ts';
import { Button } from '~/parts/button.tsx';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { DownloadLink } from '~/parts/download-link.tsx';
import { Empty } from '~/parts/empty.tsx';
import { SavedViews } from '~/parts/saved-views/saved-views.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { ClearFilters, Filter, ListHead, SearchBox } from '~/parts/toolbar.tsx';
import { useList } from '~/parts/use-list.ts';
import { locationsQuery } from '~/queries.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';
import { AdjustDialog } from '~/screens/inventory/adjust-dialog.tsx';
import { InventoryActs } from '~/screens/inventory/inventory-acts.tsx';
import { InventoryCard, inventoryColumns } from '~/screens/inventory/inventory-columns.tsx';
import { type InventorySearch, inventoryFilters, inventorySorts, inventoryStates } from '~/screens/inventory/inventory-search.ts';
import { InventoryTabs } from '~/screens/inventory/inventory-tabs.tsx';
import { viewedInventory } from '~/screens/inventory/inventory-views.ts';
import { itemName } from '~/screens/inventory/item-name.ts';
import { LocationsSheet } from '~/screens/inventory/locations-sheet.tsx';
import { StockSheet } from '~/screens/inventory/stock-sheet.tsx';

const route = getRouteApi('/frame/inventory');
const noLocations: Location[] = [];
const noFilters = { q: undefined, locationId: undefined, state: undefined, low: undefined };
const stateLabels = { low: 'Low stock', oversold: 'Oversold', unlinked: 'Not on any store' } as const;

/** How many of each thing are there, where, and how that came about. */
export function InventoryScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rights = useRights();
  const { data: knownLocations } = useQuery(locationsQuery);
  const locations = knownLocations ?? noLocations;
  const [adjusting, setAdjusting] = useState<InventoryItem | null>(null);
  const filters = inventoryFilters(search);
  const list = useList<InventoryItem>('inventory', { ...filters, sort: search.sort });
  const change = (part: Partial<InventorySearch>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const columns = useMemo(() => inventoryColumns(locations, rights.write ? setAdjusting : null), [locations, rights.write]);
  const open = (item: InventoryItem) =>
    void navigate({ search: (before) => ({ ...before, variant: item.variantId, locations: undefined }) });
  const opened = list.rows.find((item) => item.variantId === search.variant);
  return (
    <>
      <ListHead
        title="Inventory"
        actions={
          <>
            <SavedViews
              list={viewedInventory}
              search={search}
              known={{ locationId: knownLocations }}
              onOpen={(view) => void navigate({ search: view, replace: true })}
            />
            <InventoryActs
              locations={locations}
              locationId={search.locationId}
              write={rights.write}
              onLocations={() => change({ locations: 'open', variant: undefined })}
            />
            <DownloadLink path="/api/inventory/export.csv" query={{ ...filters, sort: search.sort }} />
          </>
        }
      >
        <InventoryTabs value="levels" locationId={search.locationId} />
        <Filters search={search} locations={locations} onChange={change} />
      </ListHead>
      <DataTable
        noun="item"
        list={list}
        columns={columns}
        rowId={(item) => `${item.variantId} ${item.locationId}`}
        card={(item) => (
          <InventoryCard item={item} locations={locations} onOpen={open} onAdjust={rights.write ? setAdjusting : null} />
        )}
        empty={<NoItems search={search} onClear={() => change(noFilters)} />}
        sorting={{ value: search.sort, onChange: (sort) => change({ sort: inventorySorts.find((known) => known === sort) }) }}
        openId={opened === undefined ? undefined : `${opened.variantId} ${opened.locationId}`}
        onOpen={open}
      />
      {search.variant !== undefined && (
        <StockSheet key={search.variant} variantId={search.variant} onClose={() => change({ variant: undefined })} />
      )}
      {search.locations !== undefined && search.variant === undefined && (
        <LocationsSheet onClose={() => change({ locations: undefined })} />
      )}
      {adjusting !== null && <AdjustDialog {...adjusting} name={itemName(adjusting)} onClose={() => setAdjusting(null)} />}
    </>
  );
}

interface FiltersProps {
  search: InventorySearch;
  locations: readonly Location[];
  onChange: (part: Partial<InventorySearch>) => void;
}

function Filters({ search, locations, onChange }: FiltersProps) {
  const filters = inventoryFilters(search);
  return (
    <>
      <SearchBox
        label="Search title, SKU or barcode"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q === '' ? undefined : q })}
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
      <Filter
        label="Amount"
        all="Every amount"
        value={filters.state}
        options={inventoryStates.map((value) => ({ value, label: stateLabels[value] }))}
        onChange={(state) => onChange({ state, low: undefined })}
      />
      <ClearFilters shown={Object.values(filters).some((value) => value !== undefined)} onClear={() => onChange(noFilters)} />
    </>
  );
}

const nothing = {
  low: 'Nothing is at or below its reorder point',
  oversold: 'Nothing is oversold',
  unlinked: 'Everything is on a store',
} as const;

function NoItems({ search, onClear }: { search: InventorySearch; onClear: () => void }) {
  const { q, locationId, state } = inventoryFilters(search);
  const { connected, loaded } = useStores();
  if (q === undefined && locationId === undefined && state === undefined) {
    if (loaded && connected.length === 0) {
      return (
        <NoStore>How many there are of each thing stands here once a store has been read, or a product file imported.</NoStore>
      );
    }
    return (
      <Empty icon={Boxes} title="Nothing is counted yet">
        Stock levels stand here once a store with tracked goods has been read, or a product file with quantities imported.
      </Empty>
    );
  }
  if (q === undefined && state === undefined) {
    return (
      <Empty icon={Boxes} title="Nothing stands here yet" actions={<Button onClick={onClear}>Every location</Button>}>
        Receive goods at this location, or transfer some to it.
      </Empty>
    );
  }
  const alone = q === undefined && locationId === undefined && state !== undefined;
  return (
    <Empty
      icon={Boxes}
      title={alone ? nothing[state] : 'Nothing fits'}
      actions={<Button onClick={onClear}>Clear the filters</Button>}
    >
      {alone ? 'Nothing needs doing here.' : 'Try another word, or clear a filter.'}
    </Empty>
  );
}
