import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { InventoryItem, Location } from '~/api-model.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { Empty } from '~/parts/empty.tsx';
import { useRights } from '~/parts/session.ts';
import { ClearFilters, Filter, ListHead, SearchBox } from '~/parts/toolbar.tsx';
import { useList } from '~/parts/use-list.ts';
import { locationsQuery } from '~/queries.ts';
import { AdjustDialog } from '~/screens/inventory/adjust-dialog.tsx';
import { InventoryCard, inventoryColumns, itemName } from '~/screens/inventory/inventory-columns.tsx';
import { inventorySorts } from '~/screens/inventory/inventory-search.ts';
import { TransactionsSheet } from '~/screens/inventory/transactions-sheet.tsx';

const route = getRouteApi('/frame/inventory');
const noLocations: Location[] = [];

/** How many of each thing are there, where, and how that came about. */
export function InventoryScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rights = useRights();
  const { data: locations = noLocations } = useQuery(locationsQuery);
  const [adjusting, setAdjusting] = useState<InventoryItem | null>(null);
  const filters = { q: search.q, locationId: search.locationId, low: search.low };
  const list = useList<InventoryItem>('inventory', { ...filters, sort: search.sort });
  const change = (part: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const columns = useMemo(() => inventoryColumns(locations, rights.write ? setAdjusting : null), [locations, rights.write]);
  const open = (item: InventoryItem) => void navigate({ search: (before) => ({ ...before, variant: item.variantId }) });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  const opened = list.rows.find((item) => item.variantId === search.variant);
  return (
    <>
      <ListHead title="Inventory">
        <SearchBox
          label="Search title, SKU or barcode"
          value={search.q ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        {locations.length > 1 && (
          <Filter
            label="Location"
            all="Every location"
            value={search.locationId}
            options={locations.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(locationId) => change({ locationId })}
          />
        )}
        <Filter
          label="Amount"
          all="Every amount"
          value={search.low}
          options={[{ value: 'true', label: 'Low stock' }]}
          onChange={(low) => change({ low })}
        />
        <ClearFilters shown={filtered} onClear={() => change({ q: undefined, locationId: undefined, low: undefined })} />
      </ListHead>
      <DataTable
        noun="item"
        list={list}
        columns={columns}
        rowId={(item) => `${item.variantId} ${item.locationId}`}
        card={(item) => <InventoryCard item={item} onOpen={open} onAdjust={rights.write ? setAdjusting : null} />}
        empty={<NoItems filtered={filtered} />}
        sorting={{ value: search.sort, onChange: (sort) => change({ sort: inventorySorts.find((known) => known === sort) }) }}
        openId={opened === undefined ? undefined : `${opened.variantId} ${opened.locationId}`}
        onOpen={open}
      />
      {search.variant !== undefined && (
        <TransactionsSheet
          key={search.variant}
          variantId={search.variant}
          title={opened === undefined ? 'Stock history' : `Stock history of ${itemName(opened)}`}
          onClose={() => change({ variant: undefined })}
        />
      )}
      {adjusting !== null && <AdjustDialog {...adjusting} name={itemName(adjusting)} onClose={() => setAdjusting(null)} />}
    </>
  );
}

const NoItems = ({ filtered }: { filtered: boolean }) =>
  filtered ? (
    <Empty icon={Boxes} title="Nothing fits">
      Try another word, or clear a filter.
    </Empty>
  ) : (
    <Empty icon={Boxes} title="Nothing is counted yet">
      Stock levels stand here once a store with tracked goods has been read, or a product file with quantities imported.
    </Empty>
  );
