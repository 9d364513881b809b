import { useQueryClient } from '@tanstack/react-query';
import { ExternalLink, RotateCw, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '~/api.ts';
import type { OrderDetail, Shipment } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Confirm } from '~/parts/confirm.tsx';
import { CopyButton } from '~/parts/copy-button.tsx';
import { Moment } from '~/parts/moment.tsx';
import { useRights } from '~/parts/session.ts';
import { State } from '~/parts/state.tsx';
import { shipmentFaces } from '~/screens/orders/order-faces.ts';
import { itemName } from '~/screens/orders/order-words.ts';
import { Section } from '~/screens/orders/section.tsx';
import { ShipDialog } from '~/screens/orders/ship-dialog.tsx';
import { refreshOrders } from '~/screens/orders/use-order-change.ts';

/** Parcels of this order: the store's, and ours with how far they got. Absent when there are none. */
export function Shipments({ order }: { order: OrderDetail }) {
  if (order.shipments.length === 0) return null;
  return (
    <Section title={counted(order.shipments.length, 'shipment')}>
      <ul>
        {order.shipments.map((shipment) => (
          <Parcel key={shipment.id} shipment={shipment} order={order} />
        ))}
      </ul>
    </Section>
  );
}

function Parcel({ shipment, order }: { shipment: Shipment; order: OrderDetail }) {
  const rights = useRights();
  const [asking, setAsking] = useState(false);
  const [shipping, setShipping] = useState(false);
  const newest = order.shipments.findLast(({ ours }) => ours)?.id === shipment.id;
  const client = useQueryClient();
  const callOff = async () => {
    await api.post(`/api/orders/${order.id}/shipments/${shipment.id}/cancel`);
    await refreshOrders(client);
  };
  return (
    <li className="space-y-1 border-b border-base-300 py-2.5 first:pt-0 last:border-0">
      <div className="flex items-start gap-2">
        <span className="min-w-0 flex-1">
          <Tracking shipment={shipment} />
        </span>
        <State face={shipmentFaces[shipment.state]} />
      </div>
      <p className="text-xs">
        {shipment.items.map(({ itemId, title, quantity }) => `${quantity} × ${nameOf(order, itemId, title)}`).join(', ')}
      </p>
      {shipment.refusalSentence !== null && <p className="text-error">{shipment.refusalSentence}</p>}
      <div className="flex items-center gap-3 text-xs text-muted">
        <span className="flex-1">
          {shipment.ours ? 'Reported from here' : `Told by ${order.storeName}`} <Moment at={shipment.createdAt} />
          {shipment.state === 'unknown' &&
            `. ${order.storeName} gave no clear answer: the order is read before it is tried again`}
        </span>
        {shipment.state === 'refused' && newest && order.canShip.possible && rights.write && (
          <Button small icon={RotateCw} onClick={() => setShipping(true)}>
            Try again
          </Button>
        )}
        {shipment.state === 'unsent' && rights.write && (
          <Button small look="quiet" icon={Undo2} onClick={() => setAsking(true)}>
            Call off
          </Button>
        )}
      </div>
      {shipping && <ShipDialog order={order} again={shipment} onClose={() => setShipping(false)} />}
      {asking && (
        <Confirm title="Call off the shipment" action="Call off" run={callOff} onClose={() => setAsking(false)}>
          <p>
            {shipment.trackingNumber === '' ? 'It' : `The shipment ${shipment.trackingNumber}`} is not sent to {order.storeName},
            and its units can be shipped anew. The buyer hears nothing.
          </p>
        </Confirm>
      )}
    </li>
  );
}

function nameOf(order: OrderDetail, itemId: string | null, title: string): string {
  const item = order.items.find(({ id }) => id === itemId);
  if (item !== undefined) return itemName(item);
  return title === '' ? 'something not in the order' : title;
}

function Tracking({ shipment: { carrier, trackingNumber, trackingUrl } }: { shipment: Shipment }) {
  const name = carrier === '' ? 'Without a carrier' : carrier;
  if (trackingNumber === '') return <span className="font-medium">{name}</span>;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 font-medium">
      {name}
      <span className="inline-flex min-w-0 items-center gap-1">
        {trackingUrl === null ? (
          <span className="truncate">{trackingNumber}</span>
        ) : (
          <a href={trackingUrl} target="_blank" rel="noreferrer" className="link inline-flex min-w-0 items-center gap-1">
            <span className="truncate">{trackingNumber}</span>
            <ExternalLink className="size-3 shrink-0" aria-hidden />
          </a>
        )}
        <CopyButton text={trackingNumber} label="Copy the tracking number" />
      </span>
    </span>
  );
}
