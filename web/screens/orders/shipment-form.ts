/** What is typed into the shipping form, and what becomes of it. Pure. */
import type { OrderItem, Shipment } from '~/api-model/orders.ts';

export interface ShipmentForm {
  /** As typed, by the item's id. */
  quantities: Readonly<Record<string, string>>;
  carrier: string;
  trackingNumber: string;
  trackingUrl: string;
  notifyBuyer: boolean;
}

export interface ShipmentInput {
  items: { itemId: string; quantity: number }[];
  carrier: string;
  trackingNumber: string;
  trackingUrl?: string;
  notifyBuyer: boolean;
}

type Shippable = Pick<OrderItem, 'id' | 'toShip'>;

export type ShipmentProblems = Partial<Record<'items' | 'carrier' | 'trackingNumber' | 'trackingUrl', string>> & {
  /** By the item's id. */
  quantities: Readonly<Record<string, string>>;
};

/** Everything that is left, to be told apart by whoever ships in several parcels. */
export const wholeRest = (items: readonly Shippable[]): Record<string, string> =>
  Object.fromEntries(items.filter(({ toShip }) => toShip > 0).map(({ id, toShip }) => [id, String(toShip)]));

/** The form as it opens: everything that is left, or what is left of a refused shipment that is tried again. */
export function openForm(items: readonly Shippable[], again: Shipment | null): ShipmentForm {
  const asked = (id: string) => again?.items.reduce((sum, item) => sum + (item.itemId === id ? item.quantity : 0), 0) ?? 0;
  const left = items.map(({ id, toShip }) => ({ id, toShip: again === null ? toShip : Math.min(toShip, asked(id)) }));
  return {
    quantities: wholeRest(left),
    carrier: again?.carrier ?? '',
    trackingNumber: again?.trackingNumber ?? '',
    trackingUrl: again?.trackingUrl ?? '',
    notifyBuyer: true,
  };
}

/**
 * The shipment to report, or the rules that it breaks. What is left decides, also when it has shrunk meanwhile. A store with
 * a list of carriers takes no shipment without a carrier and a number; elsewhere a parcel may go without a number.
 */
export function readShipment(
  form: ShipmentForm,
  items: readonly Shippable[],
  { tracked }: { tracked: boolean },
): { input: ShipmentInput } | { problems: ShipmentProblems } {
  const quantities: Record<string, string> = {};
  const chosen: ShipmentInput['items'] = [];
  for (const { id, toShip } of items) {
    const typed = (form.quantities[id] ?? '').trim();
    if (typed === '' || typed === '0') continue;
    const quantity = /^\d{1,7}$/.test(typed) ? Number(typed) : Number.NaN;
    if (Number.isNaN(quantity)) quantities[id] = `Give a whole number from 0 to ${toShip}.`;
    else if (quantity > toShip)
      quantities[id] = toShip === 0 ? 'Nothing of it is left to ship.' : `Only ${toShip} can be shipped.`;
    else if (quantity > 0) chosen.push({ itemId: id, quantity });
  }
  const problems: ShipmentProblems = { quantities };
  if (chosen.length === 0 && Object.keys(quantities).length === 0) problems.items = 'Choose at least one unit to ship.';
  const carrier = form.carrier.trim();
  const trackingNumber = form.trackingNumber.trim();
  const trackingUrl = form.trackingUrl.trim();
  if (carrier === '' && (tracked || trackingNumber !== '')) problems.carrier = 'Say who carries it.';
  if (tracked && trackingNumber === '') problems.trackingNumber = 'Give the tracking number that the carrier gave you.';
  if (trackingUrl !== '' && !/^https?:\/\/\S+\.\S+$/i.test(trackingUrl))
    problems.trackingUrl = 'A tracking address begins with https://, such as https://dhl.example/track/123.';
  if (Object.keys(quantities).length > 0 || Object.keys(problems).length > 1) return { problems };
  return {
    input: {
      items: chosen,
      carrier,
      trackingNumber,
      ...(trackingUrl === '' ? {} : { trackingUrl }),
      notifyBuyer: form.notifyBuyer,
    },
  };
}

/** Units in this shipment, and units that stay for another one; what cannot be read counts as none. */
export function shipmentExtent(
  form: Pick<ShipmentForm, 'quantities'>,
  items: readonly Shippable[],
): { now: number; later: number } {
  let now = 0;
  let all = 0;
  for (const { id, toShip } of items) {
    const typed = (form.quantities[id] ?? '').trim();
    const quantity = /^\d{1,7}$/.test(typed) ? Number(typed) : 0;
    now += Math.min(quantity, toShip);
    all += toShip;
  }
  return { now, later: all - now };
}
