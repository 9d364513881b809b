import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import type { InventoryItem, Location } from '~/api-model/stock.ts';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import type { Column } from '~/parts/data-table/columns.ts';
import { Moment } from '~/parts/moment.tsx';
import { availableWords, isScarce, whyAvailable } from '~/screens/inventory/available-words.ts';
import { itemName } from '~/screens/inventory/item-name.ts';
import { placeName } from '~/screens/inventory/place-name.ts';

type OnAdjust = ((item: InventoryItem) => void) | null;

export function inventoryColumns(locations: Location[], onAdjust: OnAdjust): Column<InventoryItem>[] {
  const columns: Column<InventoryItem>[] = [
    {
      id: 'title',
      header: 'Product',
      meta: { pinned: true, sort: { up: 'title' } },
      cell: ({ row }) => (
        <Link
          from="/inventory"
          to="/inventory"
          search={(before) => ({ ...before, variant: row.original.variantId })}
          data-row-action
          className="font-medium hover:underline"
        >
          {itemName(row.original)}
        </Link>
      ),
    },
    {
      id: 'sku',
      header: 'SKU',
      meta: { width: '11rem' },
      cell: ({ row }) => row.original.sku || <span className="text-muted">No SKU</span>,
    },
    { id: 'onHand', header: 'On hand', meta: { width: '6.5rem', figures: true }, cell: ({ row }) => count(row.original.onHand) },
    {
      id: 'reserved',
      header: 'Reserved',
      meta: { width: '6.5rem', figures: true },
      cell: ({ row }) => count(row.original.reserved),
    },
    {
      id: 'available',
      header: 'Available',
      meta: { width: '7.5rem', figures: true, sort: { up: 'available' } },
      cell: ({ row }) => <Available item={row.original} />,
    },
    {
      id: 'reorder',
      header: 'Low at',
      meta: { width: '6rem', figures: true, hidden: true },
      cell: ({ row }) => (row.original.reorderPoint === 0 ? '–' : count(row.original.reorderPoint)),
    },
    {
      id: 'updatedAt',
      header: 'Changed',
      meta: { width: '8rem', figures: true, sort: { down: '-updatedAt' } },
      cell: ({ row }) => <Moment at={row.original.updatedAt} plain />,
    },
  ];
  if (locations.length > 1) {
    columns.splice(2, 0, {
      id: 'location',
      header: 'Location',
      meta: { width: '10rem' },
      cell: ({ row }) => placeName(locations, row.original.locationId),
    });
  }
  if (onAdjust !== null) {
    columns.push({
      id: 'acts',
      header: () => <span className="sr-only">Acts</span>,
      meta: { width: '6.5rem', figures: true, name: 'Acts' },
      cell: ({ row }) => (
        <Button small look="quiet" onClick={() => onAdjust(row.original)} aria-label={`Adjust ${itemName(row.original)}`}>
          Adjust
        </Button>
      ),
    });
  }
  return columns;
}

/** What is low leads to why; what is below zero, sold more than there is, is marked too. */
function Available({ item }: { item: InventoryItem }) {
  if (!isScarce(item))
    return (
      <span title={whyAvailable(item)} className={item.tracked ? undefined : 'text-muted'}>
        {availableWords(item)}
      </span>
    );
  return (
    <Link
      from="/inventory"
      to="/inventory"
      search={(before) => ({ ...before, variant: item.variantId })}
      title={whyAvailable(item)}
      className={classes('underline decoration-dotted underline-offset-4', item.available < 0 ? 'text-error' : 'text-warning')}
    >
      {item.available < 0 && <TriangleAlert className="mr-1.5 inline size-4 align-[-0.15em]" aria-hidden />}
      {availableWords(item)}
    </Link>
  );
}

export function InventoryCard({
  item,
  locations,
  onOpen,
  onAdjust,
}: {
  item: InventoryItem;
  locations: readonly Location[];
  onOpen: (item: InventoryItem) => void;
  onAdjust: OnAdjust;
}) {
  return (
    <div className="flex items-center gap-2">
      <button type="button" data-row-action className="min-w-0 flex-1 text-left" onClick={() => onOpen(item)}>
        <span className="block font-medium wrap-anywhere">{itemName(item)}</span>
        <span className="block text-xs wrap-anywhere text-muted">
          {item.sku || 'No SKU'}
          {locations.length > 1 && `, ${placeName(locations, item.locationId)}`}
        </span>
        <span className="flex flex-wrap gap-x-3 tabular-nums">
          <span className={item.available < 0 ? 'text-error' : isScarce(item) ? 'text-warning' : undefined}>
            {isScarce(item) || !item.tracked ? availableWords(item) : `${count(item.available)} available`}
          </span>
          <span className="text-muted">
            {count(item.onHand)} on hand, {count(item.reserved)} reserved
          </span>
        </span>
      </button>
      {onAdjust !== null && (
        <Button small onClick={() => onAdjust(item)} aria-label={`Adjust ${itemName(item)}`}>
          Adjust
        </Button>
      )}
    </div>
  );
}
