import { Link } from '@tanstack/react-router';
import { CircleX, Link2Off, StickyNote, TriangleAlert } from 'lucide-react';
import type { Order } from '~/api-model/orders.ts';
import { money } from '~/parts/amounts.ts';
import type { Column } from '~/parts/data-table/columns.ts';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { State } from '~/parts/state.tsx';
import { StoreName } from '~/parts/store-name.tsx';
import { TwoLines } from '~/parts/two-lines.tsx';
import { orderFaces } from '~/screens/orders/order-faces.ts';
import { itemsLine } from '~/screens/orders/order-words.ts';

export const orderColumns: Column<Order>[] = [
  {
    id: 'number',
    header: 'Order',
    meta: { pinned: true, width: '12.75rem' },
    cell: ({ row }) => <OrderLink order={row.original} />,
  },
  {
    id: 'status',
    header: 'Status',
    meta: { width: '8rem' },
    cell: ({ row }) => <State face={orderFaces[row.original.status]} />,
  },
  { id: 'attention', header: 'Attention', meta: { width: '8.5rem' }, cell: ({ row }) => <Flags order={row.original} /> },
  { id: 'items', header: 'Items', cell: ({ row }) => <Items order={row.original} /> },
  { id: 'buyer', header: 'Buyer', meta: { width: '8rem' }, cell: ({ row }) => <BuyerName order={row.original} /> },
  {
    id: 'store',
    header: 'Store',
    meta: { width: '10rem' },
    cell: ({ row }) => <StoreName badge={row.original.badge} name={row.original.storeName} />,
  },
  {
    id: 'units',
    header: 'Units',
    meta: { width: '5rem', figures: true, hidden: true },
    cell: ({ row }) => row.original.unitCount,
  },
  {
    id: 'total',
    // As it sorts: amounts of two currencies are not compared.
    header: 'Total by currency',
    meta: { width: '9rem', figures: true, sort: { down: '-total' } },
    cell: ({ row }) => money(row.original.total, row.original.currency),
  },
  {
    id: 'placedAt',
    header: 'Placed',
    meta: { width: '6.5rem', figures: true, sort: { up: 'placedAt', down: '-placedAt' } },
    cell: ({ row }) => <Moment at={row.original.placedAt} plain />,
  },
];

function OrderLink({ order }: { order: Order }) {
  return (
    <Link
      from="/orders"
      to="/orders"
      search={(before) => ({ ...before, order: order.id })}
      data-row-action
      className="flex hover:underline"
    >
      <OrderNumber>{order.number}</OrderNumber>
    </Link>
  );
}

const BuyerName = ({ order: { buyerName } }: { order: Order }) => buyerName ?? <span className="text-muted">Not shown</span>;

function Items({ order }: { order: Order }) {
  return (
    <span className="flex items-center gap-2">
      <TwoLines>{itemsLine(order)}</TwoLines>
      {order.note !== '' && <StickyNote className="size-4 shrink-0 text-muted" aria-label="Has a note" />}
      <TagBadges tags={order.tags} />
    </span>
  );
}

function TagBadges({ tags }: { tags: readonly string[] }) {
  const [first] = tags;
  if (first === undefined) return null;
  return (
    <span className="flex shrink-0 items-center gap-1 text-xs" title={tags.join(', ')}>
      <span className="badge badge-sm max-w-24 truncate border-base-300 bg-base-200">{first}</span>
      {tags.length > 1 && <span className="text-muted">+{tags.length - 1}</span>}
    </span>
  );
}

type Flagged = Pick<Order, 'oversold' | 'unlinkedCount' | 'shipmentRefused'>;

export const isFlagged = ({ oversold, unlinkedCount, shipmentRefused }: Flagged): boolean =>
  oversold || unlinkedCount > 0 || shipmentRefused;

/** What somebody must look at, in words; of several reasons the first one is written out. Nothing when all is well. */
export function Flags({ order: { oversold, unlinkedCount, shipmentRefused } }: { order: Flagged }) {
  return (
    <span className="inline-flex items-center gap-2.5 align-middle">
      {shipmentRefused && (
        <span className="inline-flex items-center gap-1.5 text-error" title="The platform refused the shipment">
          <CircleX className="size-4 shrink-0" aria-hidden />
          Refused
        </span>
      )}
      {oversold && (
        <span className="inline-flex items-center gap-1.5 text-error" title="More was sold than there was">
          <TriangleAlert className="size-4 shrink-0" aria-hidden />
          {shipmentRefused ? <span className="sr-only">Oversold</span> : 'Oversold'}
        </span>
      )}
      {unlinkedCount > 0 && (
        <span
          className="inline-flex items-center gap-1.5 text-warning"
          title={unlinkedCount === 1 ? '1 item is not linked to a product' : `${unlinkedCount} items are not linked to a product`}
        >
          <Link2Off className="size-4 shrink-0" aria-hidden />
          {oversold || shipmentRefused ? (
            <span className="sr-only">{unlinkedCount} not linked</span>
          ) : (
            `${unlinkedCount} not linked`
          )}
        </span>
      )}
    </span>
  );
}

/** An order on a phone. */
export function OrderCard({ order, onOpen }: { order: Order; onOpen: (order: Order) => void }) {
  return (
    <button type="button" data-row-action className="block w-full space-y-1 text-left" onClick={() => onOpen(order)}>
      <span className="flex items-center gap-2">
        <PlatformBadge badge={order.badge} name={order.storeName} />
        <OrderNumber>{order.number}</OrderNumber>
        <State face={orderFaces[order.status]} />
      </span>
      <span className="block truncate">{itemsLine(order)}</span>
      <span className="flex items-center gap-2 text-xs text-muted">
        <span className="min-w-0 flex-1 truncate">{[order.buyerName, order.storeName].filter(Boolean).join(' · ')}</span>
        <Moment at={order.placedAt} plain />
        <span className="text-sm text-base-content tabular-nums">{money(order.total, order.currency)}</span>
      </span>
      {(isFlagged(order) || order.tags.length > 0) && (
        <span className="flex flex-wrap items-center gap-2 text-xs">
          {isFlagged(order) && <Flags order={order} />}
          <TagBadges tags={order.tags} />
        </span>
      )}
    </button>
  );
}

/** Long numbers of one day begin alike: where there is no room for a whole one, its end is shown. */
export const OrderNumber = ({ children }: { children: string }) => (
  <span className="min-w-0 flex-1 truncate text-left font-medium [direction:rtl]" title={children}>
    <bdi>{children}</bdi>
  </span>
);
