import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Store } from '~/api-model.ts';
import type { Selection } from '~/parts/data-table/columns.ts';
import { SavedViews } from '~/parts/saved-views/saved-views.tsx';
import { useStores } from '~/parts/session.ts';
import { syncFaces } from '~/parts/state.tsx';
import { ClearFilters, Filter, ListHead, SearchBox, Tabs } from '~/parts/toolbar.tsx';
import { LinkFiles } from '~/screens/product-links/link-files.tsx';
import { ListingSheet } from '~/screens/product-links/listing-sheet.tsx';
import { ListingTable } from '~/screens/product-links/listing-table.tsx';
import {
  type LinkTab,
  linkFilters,
  linkTabs,
  listingSorts,
  listingStates,
} from '~/screens/product-links/product-links-search.ts';
import { viewedLinks } from '~/screens/product-links/product-links-views.ts';
import { Suggestions } from '~/screens/product-links/suggestions.tsx';
import { TrackingButton } from '~/screens/product-links/tracking.tsx';

const route = getRouteApi('/frame/product-links');

const tabLabels: Record<LinkTab, string> = {
  linked: 'Linked',
  unlinked: 'To link',
  suggestions: 'Suggestions',
  ignored: 'Ignored',
};
const noSelection: Selection = {};

/** Which listing on which store is which variant of the catalog. */
export function ProductLinksScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { connected, loaded } = useStores();
  const [selection, setSelection] = useState<Selection>(noSelection);
  const tab = search.tab ?? 'linked';
  const go = (next: (before: typeof search) => typeof search) => {
    setSelection(noSelection);
    void navigate({ search: next, replace: true });
  };
  const change = (part: Partial<typeof search>) => go((before) => ({ ...before, ...part }));
  const close = () => void navigate({ search: ({ listing: _closed, ...rest }) => rest, replace: true });
  const filters = linkFilters(search);
  const filtered = viewedLinks.isFiltered(search);
  return (
    <>
      <ListHead
        title="Product links"
        actions={
          <>
            <SavedViews
              list={viewedLinks}
              search={search}
              known={{ storeId: loaded ? connected : undefined }}
              onOpen={(view) => go(() => view)}
            />
            <TrackingButton stores={connected} storeId={search.storeId} />
            <LinkFiles query={{ status: tab === 'suggestions' ? 'unlinked' : tab, ...filters }} />
          </>
        }
      >
        <Tabs
          label="Listings"
          value={tab}
          tabs={tabsWithCounts(connected, search.storeId)}
          onChange={(value) => change({ tab: value })}
        />
        {tab !== 'suggestions' && (
          <SearchBox
            label="Search title, SKU or barcode"
            value={search.q ?? ''}
            onChange={(q) => change({ q: q === '' ? undefined : q })}
          />
        )}
        <Filter
          label="Store"
          all="Every store"
          value={search.storeId}
          options={connected.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(storeId) => change({ storeId })}
        />
        {tab === 'linked' && (
          <Filter
            label="State"
            all="Every state"
            value={search.state}
            options={listingStates.map((value) => ({ value, label: value === 'behind' ? 'Behind' : syncFaces[value].word }))}
            onChange={(state) => change({ state })}
          />
        )}
        <ClearFilters shown={filtered} onClear={() => change({ q: undefined, storeId: undefined, state: undefined })} />
      </ListHead>
      {tab === 'suggestions' ? (
        <Suggestions key={search.storeId ?? 'all'} storeId={search.storeId} />
      ) : (
        <ListingTable
          key={tab}
          tab={tab}
          filters={filters}
          filtered={filtered}
          sort={search.sort}
          onSort={(sort) => change({ sort: listingSorts.find((known) => known === sort) })}
          openId={search.listing}
          onOpen={(listing) => void navigate({ search: (before) => ({ ...before, listing: listing.id }) })}
          selection={selection}
          onSelection={setSelection}
        />
      )}
      {search.listing !== undefined && <ListingSheet key={search.listing} listingId={search.listing} onClose={() => close()} />}
    </>
  );
}

function tabsWithCounts(stores: Store[], storeId: string | undefined) {
  const shown = storeId === undefined ? stores : stores.filter(({ id }) => id === storeId);
  const sum = (name: 'linked' | 'unlinked' | 'ignored') => shown.reduce((total, store) => total + store.counts[name], 0);
  return linkTabs.map((value) => ({ value, label: tabLabels[value], count: value === 'suggestions' ? undefined : sum(value) }));
}
