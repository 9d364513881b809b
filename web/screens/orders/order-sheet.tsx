import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, ExternalLink, PackageCheck, RefreshCw } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { OrderDetail } from '~/api-model/orders.ts';
import { money } from '~/parts/amounts.ts';
import { Button, IconButton } from '~/parts/button.tsx';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { Problem } from '~/parts/problem.tsx';
import { readable } from '~/parts/readable.ts';
import { useRights } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { State } from '~/parts/state.tsx';
import { OrderAttention } from '~/screens/orders/order-attention.tsx';
import { Buyer } from '~/screens/orders/order-buyer.tsx';
import { orderFaces } from '~/screens/orders/order-faces.ts';
import { OrderItems } from '~/screens/orders/order-items.tsx';
import { NoteAndTags } from '~/screens/orders/order-note.tsx';
import { Shipments } from '~/screens/orders/order-shipments.tsx';
import { Timeline } from '~/screens/orders/order-timeline.tsx';
import { Totals } from '~/screens/orders/order-totals.tsx';
import { paymentWords } from '~/screens/orders/order-words.ts';
import { ShipDialog } from '~/screens/orders/ship-dialog.tsx';
import { orderQuery, useOrderAct } from '~/screens/orders/use-order-change.ts';

interface OrderSheetProps {
  orderId: string;
  onClose: () => void;
  /** To its neighbours in the list; null where there is none. */
  onAbove: (() => void) | null;
  onBelow: (() => void) | null;
  /** Read ahead, so that one goes through the orders without waiting. */
  belowId: string | undefined;
}

/** One order over the list: what is in it, where it goes, what is to be done, and how it came about. */
export function OrderSheet({ orderId, onClose, onAbove, onBelow, belowId }: OrderSheetProps) {
  const reading = useQuery(orderQuery(orderId));
  const client = useQueryClient();
  useEffect(() => {
    if (belowId !== undefined) void client.prefetchQuery({ ...orderQuery(belowId), staleTime: 10_000 });
  }, [client, belowId]);
  useNeighbourKeys(onAbove, onBelow);
  const order = reading.data;
  return (
    <Sheet
      title={
        <span aria-live="polite">
          <span className="max-sm:sr-only">Order</span> {order?.number}
        </span>
      }
      onClose={onClose}
      actions={
        <>
          <IconButton label="The order above (K)" icon={ChevronUp} disabled={onAbove === null} onClick={() => onAbove?.()} />
          <IconButton label="The order below (J)" icon={ChevronDown} disabled={onBelow === null} onClick={() => onBelow?.()} />
        </>
      }
      footer={order === undefined ? undefined : <Acts key={order.id} order={order} />}
    >
      {order !== undefined ? (
        <div key={order.id} ref={toTop} className="space-y-6">
          <Standing order={order} />
          <OrderAttention order={order} />
          <OrderItems order={order} />
          <Shipments order={order} />
          <Buyer order={order} />
          <Totals order={order} />
          <NoteAndTags order={order} />
          <Timeline orderId={order.id} />
        </div>
      ) : reading.error !== null ? (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      ) : (
        <Waiting />
      )}
    </Sheet>
  );
}

/** Another order is read from its top. */
const toTop = (element: HTMLElement | null) => element?.parentElement?.scrollTo({ top: 0 });

/** J and K go down and up the list, as in a mailbox; not while one types or something is asked. */
function useNeighbourKeys(onAbove: (() => void) | null, onBelow: (() => void) | null) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const go = event.key === 'j' ? onBelow : event.key === 'k' ? onAbove : null;
      if (go === null || (event.target instanceof HTMLElement && event.target.matches('input, textarea, select'))) return;
      if (document.querySelector('dialog:modal, :popover-open') !== null) return;
      event.preventDefault();
      go();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onAbove, onBelow]);
}

const Waiting = () => (
  <div role="status" aria-label="Loading" className="space-y-6">
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      {[0, 1, 2, 3, 4, 5].map((fact) => (
        <div key={fact} className="skeleton h-9" />
      ))}
    </div>
    <div className="skeleton h-40" />
    <div className="skeleton h-24" />
    <div className="skeleton h-24" />
  </div>
);

function Standing({ order }: { order: OrderDetail }) {
  const facts: [string, ReactNode][] = [
    ['Status', <State key="status" face={orderFaces[order.status]} />],
    ['Payment', paymentWords[order.financialStatus] ?? order.financialStatus],
    ['Total', money(order.total, order.currency)],
    [
      'Store',
      <span key="store" className="flex items-center gap-2">
        <PlatformBadge badge={order.badge} />
        <span>{order.storeName}</span>
      </span>,
    ],
    ['Placed', <Moment key="placed" at={order.placedAt} />],
    ['Status there', readable(order.nativeStatus)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-3">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Acts({ order }: { order: OrderDetail }) {
  const rights = useRights();
  const [shipping, setShipping] = useState(false);
  const refresh = useOrderAct(
    `/api/orders/${order.id}/refresh`,
    `Order ${order.number} is being read again from ${order.storeName}.`,
  );
  const units = order.items.reduce((sum, { toShip }) => sum + toShip, 0);
  return (
    <>
      {!order.canShip.possible && order.canShip.why !== null && <p className="w-full text-xs text-muted">{order.canShip.why}</p>}
      {order.url !== null && (
        <a href={order.url} target="_blank" rel="noreferrer" className="link mr-auto inline-flex items-center gap-1 text-xs">
          Open on {order.storeName} <ExternalLink className="size-3" aria-hidden />
        </a>
      )}
      {rights.write && (
        <>
          <Button
            icon={RefreshCw}
            busy={refresh.isPending}
            onClick={() => refresh.mutate()}
            className={order.url === null ? 'ml-auto' : ''}
          >
            Read again
          </Button>
          {order.canShip.possible && (
            <Button look="main" icon={PackageCheck} onClick={() => setShipping(true)}>
              Ship {units === 1 ? '1 unit' : `${units} units`}
            </Button>
          )}
        </>
      )}
      {shipping && <ShipDialog order={order} onClose={() => setShipping(false)} />}
    </>
  );
}
