/** Orders in words. Pure. */
import type { Address, FinancialStatus, Order, OrderItem, ParkedReason } from '~/api-model/orders.ts';

interface Named {
  title: string;
  variantTitle: string;
}

/** "Blue Shirt / M". */
export const itemName = ({ title, variantTitle }: Named): string =>
  variantTitle === '' || variantTitle === 'Default Title' ? title : `${title} / ${variantTitle}`;

/** "2 × Blue Shirt / M, Red Hat and 3 more". */
export function itemsLine({ firstItems, itemCount }: Pick<Order, 'firstItems' | 'itemCount'>): string {
  if (firstItems.length === 0) return 'No items';
  const shown = firstItems.map((item) => (item.quantity === 1 ? itemName(item) : `${item.quantity} × ${itemName(item)}`));
  const more = itemCount - firstItems.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

export const paymentWords: Record<FinancialStatus, string> = {
  pending: 'Not paid yet',
  authorized: 'Payment authorized',
  partially_paid: 'Paid in part',
  paid: 'Paid',
  partially_refunded: 'Refunded in part',
  refunded: 'Refunded',
  voided: 'Payment voided',
};

/** An address as it is written on a parcel; lines without anything on them are left out. */
export function addressLines({ name, company, line1, line2, city, region, postalCode, countryCode }: Address): string[] {
  const place = [[postalCode, city].filter((part) => part !== '').join(' '), region].filter((part) => part !== '').join(', ');
  return [name, company, line1, line2, place, countryName(countryCode)].map((line) => line.trim()).filter((line) => line !== '');
}

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
const countryName = (code: string): string => (/^[A-Za-z]{2}$/.test(code) ? (countries.of(code.toUpperCase()) ?? code) : code);

/** Where the reason why an item takes nothing off the stock can be ended; null where nothing needs to be done. */
export function parkedStep(
  reason: ParkedReason,
  item: Pick<OrderItem, 'sku' | 'title' | 'productId' | 'listingId'>,
): { place: 'links' | 'product' | 'inventory'; label: string } | null {
  if (reason === 'unlinked') return item.listingId === null ? null : { place: 'links', label: 'Link this listing' };
  if (reason === 'not_tracked') return item.productId === null ? null : { place: 'product', label: 'Open the product' };
  if (reason === 'not_counted') return { place: 'inventory', label: 'Count it' };
  return null;
}

/** "Reserved 2 in Hanoi, 1 shipped from Main": what an item has booked of the stock, place by place. */
export function bookingWords({ bookings }: Pick<OrderItem, 'bookings'>): string[] {
  return bookings.flatMap(({ locationName, reserved, shipped, restocked }) => [
    ...(reserved === 0 ? [] : [`${reserved} reserved in ${locationName}`]),
    ...(shipped === 0 ? [] : [`${shipped} shipped from ${locationName}`]),
    ...(restocked === 0 ? [] : [`${restocked} returned to ${locationName}`]),
  ]);
}

/** What became of an item by the store's own account: shown where nothing was booked here. */
export function wantedWords({ wanted }: Pick<OrderItem, 'wanted'>): string[] {
  return [
    ...(wanted.reserved === 0 ? [] : [`${wanted.reserved} to ship`]),
    ...(wanted.shipped === 0 ? [] : [`${wanted.shipped} shipped`]),
    ...(wanted.restocked === 0 ? [] : [`${wanted.restocked} returned`]),
  ];
}

/** Why units of an old order are not taken off the stock. */
export function firstCountWords({
  unitsInFirstCount: units,
  quantity,
}: Pick<OrderItem, 'unitsInFirstCount' | 'quantity'>): string {
  const which = units >= quantity ? (units === 1 ? 'it' : 'them') : `${units} of ${quantity}`;
  return `Sold before your stock was first counted: that count was made without ${which}, so nothing more is taken off for ${units === 1 ? 'it' : 'them'}.`;
}
