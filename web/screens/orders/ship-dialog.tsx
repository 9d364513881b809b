import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { toast } from 'sonner';
import type { OrderDetail, OrderItem, Shipment } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Switch } from '~/parts/switch.tsx';
import { CarrierInput, CarrierNames } from '~/screens/orders/carrier-input.tsx';
import { carriersQuery, choosesCarrier, isOffered, isTracked, usualCarriers } from '~/screens/orders/carriers.ts';
import { itemName } from '~/screens/orders/order-words.ts';
import { shipmentReports } from '~/screens/orders/report-shipment.ts';
import {
  openForm,
  readShipment,
  type ShipmentForm,
  type ShipmentInput,
  type ShipmentProblems,
  shipmentExtent,
} from '~/screens/orders/shipment-form.ts';
import { refreshOrders } from '~/screens/orders/use-order-change.ts';

const noProblems: ShipmentProblems = { quantities: {} };

interface ShipDialogProps {
  order: OrderDetail;
  /** A refused shipment that is tried again. */
  again?: Shipment | null;
  onClose: () => void;
}

/** Reports a parcel: which units, who carries them, under which number. The store hears of it once. */
export function ShipDialog({ order, again = null, onClose }: ShipDialogProps) {
  const formId = useId();
  const items = order.items.filter(({ toShip }) => toShip > 0);
  const [form, setForm] = useState<ShipmentForm>(() => openForm(order.items, again));
  const [tried, setTried] = useState(false);
  const ship = useShip(order, onClose);
  const read = readShipment(form, order.items, { tracked: isTracked(order) });
  const problems = tried && 'problems' in read ? read.problems : noProblems;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if ('input' in read) ship.mutate(read.input);
  };
  const change = (part: Partial<ShipmentForm>) => setForm((before) => ({ ...before, ...part }));
  return (
    <Dialog
      title={`Ship order ${order.number}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="main" busy={ship.isPending}>
            Report the shipment
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="space-y-4">
        <Units items={items} form={form} problems={problems} onChange={(quantities) => change({ quantities })} />
        <CarrierField order={order} value={form.carrier} error={problems.carrier} onChange={(carrier) => change({ carrier })} />
        <Field label="Tracking number" optional={!isTracked(order)} error={problems.trackingNumber}>
          {(tie) => (
            <input
              {...tie}
              className="input h-9"
              maxLength={100}
              autoComplete="off"
              value={form.trackingNumber}
              onChange={(event) => change({ trackingNumber: event.target.value })}
            />
          )}
        </Field>
        <Field label="Tracking address" optional error={problems.trackingUrl} help="Where the buyer can follow the parcel.">
          {(tie) => (
            <input
              {...tie}
              type="url"
              className="input h-9"
              maxLength={2000}
              placeholder="https://"
              value={form.trackingUrl}
              onChange={(event) => change({ trackingUrl: event.target.value })}
            />
          )}
        </Field>
        <Switch
          label="Tell the buyer"
          help={`${order.storeName} sends its own message, where it lets one choose.`}
          checked={form.notifyBuyer}
          onChange={(notifyBuyer) => change({ notifyBuyer })}
        />
        {ship.error !== null && <Problem thrown={ship.error} />}
      </form>
    </Dialog>
  );
}

interface UnitsProps {
  items: OrderItem[];
  form: ShipmentForm;
  problems: ShipmentProblems;
  onChange: (quantities: ShipmentForm['quantities']) => void;
}

function Units({ items, form, problems, onChange }: UnitsProps) {
  const { now, later } = shipmentExtent(form, items);
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">Units in this parcel</legend>
      <ul className="rounded-box border border-base-300">
        {items.map((item) => (
          <li key={item.id} className="border-b border-base-300 px-3 py-1.5 last:border-0">
            <div className="flex items-center gap-3">
              <span className="min-w-0 flex-1">
                <span className="block wrap-anywhere">{itemName(item)}</span>
                <span className="block text-xs wrap-anywhere text-muted">{item.sku === '' ? 'No SKU' : item.sku}</span>
              </span>
              <input
                aria-label={`Units of ${itemName(item)}`}
                aria-invalid={problems.quantities[item.id] !== undefined}
                inputMode="numeric"
                className="input h-9 w-16 text-right tabular-nums"
                value={form.quantities[item.id] ?? ''}
                onChange={(event) => onChange({ ...form.quantities, [item.id]: event.target.value })}
              />
              <span className="w-12 text-xs text-muted tabular-nums">of {item.toShip}</span>
            </div>
            {problems.quantities[item.id] !== undefined && (
              <p role="alert" className="text-xs text-error">
                {problems.quantities[item.id]}
              </p>
            )}
          </li>
        ))}
      </ul>
      <p className="mt-1 text-xs text-muted" aria-live="polite">
        {counted(now, 'unit')} in this parcel{later > 0 && `; ${counted(later, 'unit')} to be shipped in another one`}.
      </p>
      {problems.items !== undefined && (
        <p role="alert" className="text-xs text-error">
          {problems.items}
        </p>
      )}
    </fieldset>
  );
}

interface CarrierFieldProps {
  order: OrderDetail;
  value: string;
  error: string | undefined;
  onChange: (carrier: string) => void;
}

/** A name from the store's own list where it has one, else any. */
function CarrierField({ order, value, error, onChange }: CarrierFieldProps) {
  const listId = useId();
  const reading = useQuery({ ...carriersQuery(order.id), enabled: isTracked(order) });
  const unknown = reading.data !== undefined && !isOffered(value, reading.data);
  useEffect(() => {
    if (unknown) onChange('');
  }, [unknown, onChange]);
  if (isTracked(order) && reading.data === undefined && reading.error !== null)
    return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  return (
    <Field
      label="Carrier"
      optional={!isTracked(order)}
      error={error}
      help={choosesCarrier(order, reading.data) ? `The carriers that ${order.storeName} offers for this order.` : undefined}
    >
      {(tie) => (
        <>
          <CarrierInput {...tie} order={order} carriers={reading.data} listId={listId} value={value} onChange={onChange} />
          <CarrierNames id={listId} names={usualCarriers} />
        </>
      )}
    </Field>
  );
}

function useShip(order: OrderDetail, onDone: () => void) {
  const client = useQueryClient();
  const [report] = useState(() => shipmentReports());
  return useMutation({
    mutationFn: (input: ShipmentInput) => report(order.id, input),
    onSuccess: () => {
      toast(`The shipment is on its way to ${order.storeName}.`);
      onDone();
    },
    onSettled: () => refreshOrders(client),
  });
}
