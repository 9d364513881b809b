/** Several orders that are shipped at once, a line each: what is typed, what may be sent, what became of it. Pure. */
import type { ApiProblem } from '~/api.ts';
import type { Carrier, Order, OrderDetail, OrderItem } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { isOffered, isTracked } from '~/screens/orders/carriers.ts';
import { itemName } from '~/screens/orders/order-words.ts';
import { openForm, readShipment, type ShipmentInput } from '~/screens/orders/shipment-form.ts';

export type TypedField = 'carrier' | 'trackingNumber';

export interface ShipLine {
  /** As it was selected. */
  order: Order;
  /** All that is known of it; null until it was read. */
  detail: OrderDetail | null;
  /** Why it could not be read. */
  unread: string | null;
  /** That the store offers for it; undefined until it said so. */
  carriers: readonly Carrier[] | undefined;
  /** Why the store could not be asked. */
  carriersUnread: string | null;
  carrier: string;
  trackingNumber: string;
  /** Fields that somebody has been in: what is wrong there is said. */
  left: Readonly<Record<TypedField, boolean>>;
  /** Not to be shipped now after all. */
  leftOut: boolean;
  stage: 'typed' | 'waiting' | 'under_way' | 'reported';
  /** Of the last try. */
  failure: ApiProblem | null;
}

export const openLine = (order: Order): ShipLine => ({
  order,
  detail: null,
  unread: null,
  carriers: undefined,
  carriersUnread: null,
  carrier: '',
  trackingNumber: '',
  left: { carrier: false, trackingNumber: false },
  leftOut: false,
  stage: 'typed',
  failure: null,
});

/** With the carriers that the store offers; a name that is not among them is chosen anew. */
export const withCarriers = (line: ShipLine, carriers: readonly Carrier[]): ShipLine => ({
  ...line,
  carriers,
  carriersUnread: null,
  carrier: isOffered(line.carrier, carriers) ? line.carrier : '',
});

export type Standing = 'reading' | 'unread' | 'not_here' | 'left_out' | 'open' | 'reported';

export function standingOf(line: ShipLine): Standing {
  if (line.stage === 'reported') return 'reported';
  if (line.detail === null) return line.unread === null ? 'reading' : 'unread';
  if (whyNotHere(line.detail) !== null) return 'not_here';
  return line.leftOut ? 'left_out' : 'open';
}

export const isOpen = (line: ShipLine): boolean => standingOf(line) === 'open';

/** Why an order is not shipped beside others; null when it can be. What needs a person's eye is not guessed. */
export function whyNotHere(order: OrderDetail): string | null {
  if (!order.canShip.possible) return order.canShip.why ?? 'This order cannot be shipped now.';
  const places = reservedIn(order);
  if (places.length > 1)
    return `Its goods are reserved in ${places.join(' and ')}, so it may take several parcels. Open the order to ship it.`;
  const last = order.shipments.findLast(({ ours }) => ours);
  if (last?.state === 'refused')
    return `${order.storeName} refused its last shipment. Open the order to see why, and to ship it.`;
  return null;
}

/** Where the goods stand that are still to be shipped. */
const reservedIn = ({ items }: OrderDetail): string[] => [
  ...new Set(
    items
      .filter(({ toShip }) => toShip > 0)
      .flatMap(({ bookings }) => bookings.filter(({ reserved }) => reserved > 0).map(({ locationName }) => locationName)),
  ),
];

export const unitsOf = ({ items }: { items: readonly Pick<OrderItem, 'toShip'>[] }): number =>
  items.reduce((sum, { toShip }) => sum + toShip, 0);

/** "3 units: 2 × Blue Shirt / M, Red Hat". */
export function toShipWords(order: OrderDetail): string {
  const left = order.items.filter(({ toShip }) => toShip > 0);
  const names = left.map((item) => (item.toShip === 1 ? itemName(item) : `${item.toShip} × ${itemName(item)}`));
  return `${counted(unitsOf(order), 'unit')}: ${names.join(', ')}`;
}

/** All that is left of the order in one parcel, or the rules that it breaks: those of a single shipment. */
export function readLine(line: ShipLine, detail: OrderDetail, notifyBuyer: boolean): ReturnType<typeof readShipment> {
  const { carrier, trackingNumber } = line;
  const form = { ...openForm(detail.items, null), carrier, trackingNumber, notifyBuyer };
  return readShipment(form, detail.items, { tracked: isTracked(detail) });
}

export type LineProblems = Partial<Record<TypedField, string>>;

/** What is wrong with a line, as far as it is said: of fields that somebody has left, or of all when it was to be sent. */
export function problemsOf(line: ShipLine, all: boolean): LineProblems {
  if (line.detail === null || !isOpen(line)) return {};
  const read = readLine(line, line.detail, true);
  if ('input' in read) return {};
  const said: LineProblems = {};
  const { carrier, trackingNumber = read.problems.items } = read.problems;
  if (carrier !== undefined && (all || line.left.carrier)) said.carrier = carrier;
  if (trackingNumber !== undefined && (all || line.left.trackingNumber)) said.trackingNumber = trackingNumber;
  return said;
}

/** What is to be sent, by the order's id; null when a line still breaks a rule. Nothing is sent before all are right. */
export function readLines(lines: readonly ShipLine[], notifyBuyer: boolean): Map<string, ShipmentInput> | null {
  const inputs = new Map<string, ShipmentInput>();
  for (const line of lines) {
    if (line.detail === null || !isOpen(line)) continue;
    const read = readLine(line, line.detail, notifyBuyer);
    if ('problems' in read) return null;
    inputs.set(line.order.id, read.input);
  }
  return inputs;
}

/** By the order's id, the other orders that have its tracking number. One parcel may hold two orders, so nothing is refused. */
export function sharedNumbers(lines: readonly ShipLine[]): Map<string, string[]> {
  const used = lines.filter((line) => line.trackingNumber.trim() !== '' && ['open', 'reported'].includes(standingOf(line)));
  const byNumber = Map.groupBy(used, ({ trackingNumber }) => trackingNumber.trim().toLowerCase());
  const shared = [...byNumber.values()].filter((same) => same.length > 1);
  return new Map(
    shared.flatMap((same) =>
      same.map(({ order }) => [order.id, same.flatMap((other) => (other.order.id === order.id ? [] : [other.order.number]))]),
    ),
  );
}
