/** Goods of two linked stores, whichever of them owns the count, the orders for them, and what it means that all of it is true. */
import type { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { PracticeOrder } from '#connectors/practice.ts';
import type { ListingAnswer } from '#http/listing-shape.ts';
import type { LinkSuggestions } from '#listings/suggest-links.ts';
import { type Books, itemsOffTheirLedger, ordersOffTheirBookings } from '#test/causes.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { expectAgreement, type Pair, startQuantity } from '#test/journeys/linked-pair.ts';
import type { Stage, StageShop } from '#test/journeys/stage.ts';

/** The machine may be busy with other tests; a platform's waits (feed lag, grace) are part of it. */
export const waitSeconds = 90;

export interface ShownOrder {
  id: string;
  number: string;
  status: string;
  unlinkedCount: number;
  oversold: boolean;
  buyerName: string | null;
  items: { id: string; sku: string; quantity: number; parked: string | null; oversoldUnits: number }[];
  shipments: { state: string; trackingNumber: string; ours: boolean }[];
}

/** The same `count` goods in both stores. */
export function fillBoth(stage: Stage, count: number, quantity = startQuantity): void {
  const goods = Array.from({ length: count }, (_, at) => ({
    title: `Lantern ${at}`,
    variants: [{ sku: `LAN-${at}`, price: '20.00', quantity }],
  }));
  for (const { control } of [stage.source, stage.other]) control.add(goods);
}

/** Links what the two connected stores have in common; the pairs stand in the order of their SKUs. */
export async function linkAll(stage: Stage): Promise<Pair[]> {
  const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', {});
  const links = items.map(({ listingId, variantId }) => ({ listingId, variantId }));
  expect(await stage.person.post('/api/listings/bulk-link', { links })).toEqual({ linked: links.length, failed: [] });
  const variants = new Map((await stage.person.all<ListingAnswer>('/api/listings')).map((one) => [one.sku, one.variant?.id]));
  const idsIn = (shop: StageShop) => new Map(shop.control.goods().map((good) => [good.sku, good.variantId]));
  const [source, other] = [idsIn(stage.source), idsIn(stage.other)];
  return [...source.keys()].map((sku) => ({
    variantId: present(variants.get(sku), sku),
    sourceId: present(source.get(sku), sku),
    otherId: present(other.get(sku), sku),
  }));
}

/** A pair's good as this shop knows it. */
export const goodIn = (stage: Stage, shop: StageShop, pair: Pair): string =>
  shop === stage.source ? pair.sourceId : pair.otherId;

/** I1 and I2 of the stage's organization. */
export async function expectBooksTrue(stage: Stage): Promise<void> {
  const books = booksOf(stage);
  expect(await itemsOffTheirLedger(books), 'I1').toEqual([]);
  expect(await ordersOffTheirBookings(books), 'I2').toEqual([]);
}

export function booksOf({ hub, actor: { organizationId } }: Stage): Books {
  const within: Books['within'] = (work) => hub.db.inOrganization(organizationId, work);
  return {
    ...{ hub, organizationId, within, clock: hub.clock as Books['clock'] },
    rows: async <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>) =>
      (await within((tx) => tx.execute(statement))).rows as Row[],
  };
}

/** The book and both stores say that so many of each pair can be sold, it stays so, and every booking has its reason. */
export async function expectQuantities(stage: Stage, wanted: readonly (readonly [Pair, number])[]): Promise<void> {
  const pairs = wanted.map(([pair]) => pair);
  const shown = wanted.map(([, quantity]) => ({ price: '20.00', quantity }));
  await expectAgreement(stage, pairs, shown, waitSeconds);
  await expectBooksTrue(stage);
}

export const placedOrder = (shop: StageShop, id: string): PracticeOrder =>
  present(
    shop.control.orders.list().find((order) => order.id === id),
    `the order ${id} of ${shop.platform}`,
  );

/** The order as the API shows it, once it is here and `is` holds of it. */
export async function orderThat(stage: Stage, shop: StageShop, id: string, is: (order: ShownOrder) => void): Promise<ShownOrder> {
  const { number } = placedOrder(shop, id);
  let shown: ShownOrder | undefined;
  await eventually(
    `the order ${number} of ${shop.platform} is as it should be`,
    async () => {
      const found = await stage.person.all<ShownOrder>(`/api/orders?q=${encodeURIComponent(number)}`);
      const { id: ours } = present(
        found.find((order) => order.number === number),
        number,
      );
      shown = await stage.person.get<ShownOrder>(`/api/orders/${ours}`);
      is(shown);
    },
    waitSeconds,
  );
  return present(shown, number);
}
