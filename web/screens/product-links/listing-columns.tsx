import { Link } from '@tanstack/react-router';
import { SlidersHorizontal } from 'lucide-react';
import type { Listing } from '~/api-model.ts';
import type { Column } from '~/parts/data-table/columns.ts';
import { Explain } from '~/parts/explain.tsx';
import { Moment } from '~/parts/moment.tsx';
import { StoreName } from '~/parts/store-name.tsx';
import { Switch } from '~/parts/switch.tsx';
import { Thumbnail } from '~/parts/thumbnail.tsx';
import { TwoPartName } from '~/parts/two-part-name.tsx';
import { ListingActs } from '~/screens/product-links/listing-acts.tsx';
import { ListingState } from '~/screens/product-links/listing-state.tsx';
import { listingName, priceThere, quantityThere } from '~/screens/product-links/listing-words.ts';
import { SuggestionCell } from '~/screens/product-links/suggestion-cell.tsx';
import { useListingChange } from '~/screens/product-links/use-listing-change.ts';

export type TableTab = 'linked' | 'unlinked' | 'ignored';
type OnLink = (listing: Listing) => void;

export function listingColumns(tab: TableTab, write: boolean, onLink: OnLink): Column<Listing>[] {
  const columns: Column<Listing>[] = [
    {
      id: 'listing',
      header: 'Listing',
      meta: { pinned: true, width: tab === 'linked' ? '16rem' : '20rem', sort: { up: 'title' } },
      cell: ({ row }) => <ListingTitle listing={row.original} opens={tab === 'linked'} />,
    },
    {
      id: 'store',
      header: 'Store',
      meta: { width: tab === 'linked' ? '9rem' : '11rem' },
      cell: ({ row }) => <StoreName badge={row.original.badge} name={row.original.storeName} />,
    },
    {
      id: 'sku',
      header: 'SKU',
      meta: { width: '8.5rem', hidden: tab === 'linked' },
      cell: ({ row }) => row.original.sku || <span className="text-muted">No SKU</span>,
    },
  ];
  if (tab === 'linked') columns.push(...linkedColumns(write));
  else {
    columns.push(
      { id: 'price', header: 'Price there', meta: { width: '8rem', figures: true }, cell: ({ row }) => priceThere(row.original) },
      {
        id: 'quantity',
        header: 'Units there',
        meta: { width: '7rem', figures: true },
        cell: ({ row }) => quantityThere(row.original),
      },
    );
  }
  if (tab === 'unlinked') {
    columns.push({
      id: 'suggestion',
      header: 'Suggestion',
      cell: ({ row }) => <SuggestionCell listing={row.original} onLink={onLink} />,
    });
  }
  columns.push({
    id: 'acts',
    header: () => <span className="sr-only">Acts</span>,
    meta: { width: '3.5rem', name: 'Acts' },
    cell: ({ row }) => <ListingActs listing={row.original} onLink={onLink} />,
  });
  return columns;
}

function linkedColumns(write: boolean): Column<Listing>[] {
  return [
    {
      id: 'variant',
      header: 'In your catalog',
      cell: ({ row }) => <VariantLink listing={row.original} />,
    },
    {
      id: 'price',
      header: 'Price there',
      meta: { width: '7rem', figures: true },
      cell: ({ row }) => <ExplainPrice listing={row.original} />,
    },
    {
      id: 'quantity',
      header: 'Units there',
      meta: { width: '6.5rem', figures: true },
      cell: ({ row }) => <ExplainQuantity listing={row.original} />,
    },
    { id: 'state', header: 'State', meta: { width: '8.5rem' }, cell: ({ row }) => <ListingState listing={row.original} /> },
    {
      id: 'syncPrice',
      header: 'Send price',
      meta: { width: '6.25rem' },
      cell: ({ row }) => <SyncSwitch listing={row.original} name="syncPrice" write={write} />,
    },
    {
      id: 'syncInventory',
      header: 'Send stock',
      meta: { width: '6.25rem' },
      cell: ({ row }) => <SyncSwitch listing={row.original} name="syncInventory" write={write} />,
    },
    {
      id: 'lastSyncedAt',
      header: 'Synced',
      meta: { width: '7rem', figures: true, hidden: true, sort: { down: '-lastSyncedAt' } },
      cell: ({ row }) => <Moment at={row.original.lastSyncedAt} />,
    },
  ];
}

/** A linked one opens to its settings. */
export function ListingTitle({ listing, opens = false }: { listing: Listing; opens?: boolean }) {
  return (
    <span className="flex items-center gap-2.5">
      <Thumbnail url={listing.imageUrl} className="size-7" />
      {opens ? (
        <Link
          from="/product-links"
          to="/product-links"
          search={(before) => ({ ...before, listing: listing.id })}
          className="flex min-w-0 hover:underline"
          title={listingName(listing)}
        >
          <TwoPartName title={listing.productTitle} variant={listing.variantTitle} stacked />
        </Link>
      ) : (
        <TwoPartName title={listing.productTitle} variant={listing.variantTitle} stacked />
      )}
      {hasOwnSettings(listing) && (
        <SlidersHorizontal className="size-3.5 shrink-0 text-muted" aria-label="Has settings of its own" />
      )}
      {listing.listingState !== 'live' && (
        <span className="badge badge-sm shrink-0 border-base-300 bg-base-200">
          {listing.listingState === 'gone' ? 'Gone from the store' : 'Not on sale'}
        </span>
      )}
    </span>
  );
}

const hasOwnSettings = ({ settings }: Listing): boolean => Object.keys(settings).length > 0;

/** `whole`: where there is room for more than a line. */
export function VariantLink({ listing: { variant }, whole = false }: { listing: Listing; whole?: boolean }) {
  if (variant === null) return <span className="text-muted">–</span>;
  const name = listingName({ productTitle: variant.productTitle, variantTitle: variant.title });
  return (
    <Link
      to="/products"
      search={{ product: variant.productId }}
      data-row-action
      className="flex min-w-0 hover:underline"
      title={[name, variant.sku].filter(Boolean).join(', ')}
    >
      {whole ? (
        <span className="wrap-anywhere">{name}</span>
      ) : (
        <TwoPartName title={variant.productTitle} variant={variant.title} stacked />
      )}
    </Link>
  );
}

export const ExplainPrice = ({ listing }: { listing: Listing }) => (
  <Explain
    className="-mr-2"
    listingId={listing.id}
    kind="price"
    currency={listing.price.currency}
    shown={priceThere(listing)}
    where={listing.storeName}
    what={listingName(listing)}
  />
);

export const ExplainQuantity = ({ listing }: { listing: Listing }) => (
  <Explain
    className="-mr-2"
    listingId={listing.id}
    kind="quantity"
    currency={listing.price.currency}
    shown={quantityThere(listing)}
    where={listing.storeName}
    what={listingName(listing)}
  />
);

export function SyncSwitch({
  listing,
  name,
  write,
  bare = true,
}: {
  listing: Listing;
  name: 'syncPrice' | 'syncInventory';
  write: boolean;
  bare?: boolean;
}) {
  const change = useListingChange();
  const shown = change.isPending ? change.variables.patch[name] : listing[name];
  const label = `${name === 'syncPrice' ? 'Send the price' : 'Send the stock'}${bare ? ` of ${listingName(listing)} to ${listing.storeName}` : ''}`;
  return (
    <Switch
      bare={bare}
      label={label}
      checked={shown ?? listing[name]}
      disabled={!write}
      onChange={(on) => change.mutate({ id: listing.id, patch: { [name]: on } })}
    />
  );
}
