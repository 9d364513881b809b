import { Link } from '@tanstack/react-router';
import { Link2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Query } from '~/api.ts';
import type { Listing } from '~/api-model.ts';
import type { Selection } from '~/parts/data-table/columns.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { Empty } from '~/parts/empty.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { useList } from '~/parts/use-list.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';
import { BulkBar } from '~/screens/product-links/bulk-bar.tsx';
import { LinkDialog } from '~/screens/product-links/link-dialog.tsx';
import { ListingCard } from '~/screens/product-links/listing-card.tsx';
import { listingColumns, type TableTab } from '~/screens/product-links/listing-columns.tsx';

/** On its way to the store: looked at again soon. */
const isMoving = (listing: Listing): boolean => listing.state === 'pushing';

interface ListingTableProps {
  tab: TableTab;
  filters: Query;
  filtered: boolean;
  sort: string | undefined;
  onSort: (sort: string) => void;
  openId: string | undefined;
  onOpen: (listing: Listing) => void;
  selection: Selection;
  onSelection: (selection: Selection) => void;
}

export function ListingTable({ tab, filters, filtered, selection, onSelection, ...rest }: ListingTableProps) {
  const rights = useRights();
  const [linking, setLinking] = useState<Listing | null>(null);
  const list = useList<Listing>('listings', { status: tab, sort: rest.sort, ...filters }, { moving: isMoving });
  const columns = useMemo(() => listingColumns(tab, rights.write, setLinking), [tab, rights.write]);
  const selected = list.rows.filter((listing) => selection[listing.id] === true);
  return (
    <>
      {selected.length > 0 && <BulkBar tab={tab} selected={selected} onClear={() => onSelection({})} />}
      <DataTable
        noun="listing"
        view={`listing-${tab}`}
        list={list}
        columns={columns}
        rowId={(listing) => listing.id}
        card={(listing) => <ListingCard listing={listing} tab={tab} onLink={setLinking} />}
        sorting={{ value: rest.sort, onChange: rest.onSort }}
        {...(tab === 'linked' ? { openId: rest.openId, onOpen: rest.onOpen } : {})}
        empty={<NoListings tab={tab} filtered={filtered} />}
        {...(rights.write ? { selection: { value: selection, onChange: onSelection } } : {})}
      />
      {linking !== null && <LinkDialog listing={linking} onClose={() => setLinking(null)} />}
    </>
  );
}

function NoListings({ tab, filtered }: { tab: TableTab; filtered: boolean }) {
  const { connected } = useStores();
  if (filtered)
    return (
      <Empty icon={Link2} title="No listing fits">
        Try another word, or clear a filter.
      </Empty>
    );
  if (connected.length === 0)
    return <NoStore>Links tie what is on sale in a store to your catalog. They begin with a store.</NoStore>;
  if (tab === 'linked') {
    return (
      <Empty icon={Link2} title="Nothing is linked yet" actions={<SuggestionsLink />}>
        A linked listing gets its price and quantity from your catalog. Listings with the same SKU or barcode are found for you.
      </Empty>
    );
  }
  if (tab === 'unlinked')
    return (
      <Empty icon={Link2} title="Everything is linked">
        Listings that appear on a store and match nothing come here.
      </Empty>
    );
  return (
    <Empty icon={Link2} title="Nothing is ignored">
      Listings that StoreSync should leave alone for good come here.
    </Empty>
  );
}

const SuggestionsLink = () => (
  <Link to="/product-links" search={{ tab: 'suggestions' }} className="btn btn-primary h-9 min-h-9">
    See the suggestions
  </Link>
);
