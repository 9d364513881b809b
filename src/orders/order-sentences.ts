/** What a seller is told of an order, in words. */
import type { ParkedReason } from '#orders/orders.ts';

const parked: Readonly<Record<ParkedReason, string>> = {
  unlinked: 'Its listing is not linked to a product, so nothing is taken off the stock. Link it; what was sold is then counted.',
  not_tracked: 'Its variant is not counted, so nothing is taken off the stock.',
  not_counted: 'Nobody has counted its variant yet. The first count will contain this sale.',
  owner_counts: '{store} owns the count: its own figure contains this sale already.',
  platform_fulfils: 'The platform ships it from its own warehouse. Your stock is not touched.',
};

/** Why an item takes nothing off the stock. */
export const parkedSentence = (reason: ParkedReason, storeName: string): string =>
  parked[reason].replaceAll('{store}', storeName);

/** By the code of an order's event; `{…}` is a parameter of the event. A code without a sentence of its own gets the last one. */
const events: Readonly<Record<string, string>> = {
  placed: 'Order {number} was placed',
  became_unpaid: 'Waits for payment',
  became_on_hold: 'Was put on hold by the platform',
  became_open: 'Is ready to be shipped',
  became_partially_shipped: 'A part was shipped',
  became_shipped: 'Was shipped',
  became_delivered: 'Was delivered',
  became_completed: 'Was completed',
  became_cancelled: 'Was cancelled',
  unusual_step: 'That is unusual: it was {was} before. Look at it on the platform if you did not expect it',
  deleted_on_platform: 'Was deleted on the platform',
  payment_pending: 'Waits for its payment again',
  payment_authorized: 'Its payment was authorized',
  payment_partially_paid: 'A part was paid',
  payment_paid: 'Was paid',
  payment_partially_refunded: 'A part of the money was given back',
  payment_refunded: 'The money was given back',
  payment_voided: 'Its payment was called off',
  refunded: '{amount} {currency} were given back',
  line_added: 'Was edited: {units} units of "{title}" added',
  line_changed: 'Was edited: {units} units of "{title}" instead of {before}',
  line_removed: 'Was edited: "{title}" taken off',
  lines_changed: 'Was edited: {lines} lines are other than before',
  note_changed: 'The note was changed',
  tags_changed: 'The tags were changed',
  oversold_settled: 'The oversold units were marked as settled',
  refresh_wanted: 'A new reading from the platform was asked for',
  reservation_expired: 'Nobody paid in time: what it reserved was given back',
  shipment_requested: 'A shipment of {units} units was reported, tracking number {trackingNumber}',
  shipment_cancelled: 'The shipment {trackingNumber} was called off before it was sent',
  shipment_sent: 'The shipment {trackingNumber} is being sent to the platform',
  shipment_postponed: 'The platform could not take the shipment {trackingNumber} now; it is sent again',
  shipment_unknown: 'The platform gave no answer to the shipment {trackingNumber}; the order is read before it is tried again',
  shipment_done: 'The platform took the shipment {trackingNumber}',
  shipment_recognised: 'The platform shows the shipment {trackingNumber}',
  shipment_refused: 'The platform refused the shipment {trackingNumber}: {sentence}',
  stock_reserved: '{units} units were reserved',
  stock_released: '{units} units were given free',
  stock_sold: '{units} units left the stock',
  stock_unsold: '{units} units that had left were booked back',
  stock_returned: '{units} units came back into the stock',
  stock_unreturned: '{units} units that had come back were booked off',
};

export function eventSentence(code: string, parameters: Readonly<Record<string, unknown>>): string {
  const template = Object.hasOwn(events, code) ? (events[code] ?? code) : `The order changed: ${code.replaceAll('_', ' ')}`;
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : '',
  );
  const singular =
    parameters.units === 1 ? filled.replace(/\b1 units were\b/, '1 unit was').replace(/\b1 units\b/, '1 unit') : filled;
  return singular
    .replace(/ +/g, ' ')
    .replace(/, tracking number $/, '')
    .trim();
}
