/** What a newer snapshot of an order tells that the one before it did not: lines of its timeline. Pure. */
import { canonicalAmount, exact } from '#base/money.ts';
import type { OrderStatus, RemoteOrder, RemoteOrderItem } from '#connectors/order.ts';
import type { OrderEventLine } from '#orders/order-events.ts';
import { transitionBy } from '#orders/orders.ts';

/** An order as the snapshot before said. */
export interface Before {
  status: OrderStatus;
  financial_status: RemoteOrder['financialStatus'];
  refunded: string;
  /** Its lines that had not vanished. */
  items: readonly { id: string; title: string; quantity: number }[];
}

/** More changed lines of one snapshot are told as their number. */
const linesAtMost = 20;

/** `before` null: the order is new. */
export function snapshotEvents(id: string, order: RemoteOrder, status: OrderStatus, before: Before | null): OrderEventLine[] {
  const at = new Date(order.updatedAt);
  const event = (code: string, parameters: Record<string, unknown> = {}): OrderEventLine => ({
    ...{ orderId: id, at, code, parameters, userId: null },
  });
  const refunded = new exact(order.totals.refunded).minus(before?.refunded ?? 0);
  const { currency } = order;
  const money = refunded.gt(0) ? [event('refunded', { amount: canonicalAmount(refunded, currency), currency })] : [];
  if (before === null) {
    const placed = { ...event('placed', { number: order.number }), at: new Date(order.createdAt) };
    return [placed, ...(status === 'open' ? [] : [event(`became_${status}`)]), ...money];
  }
  const paymentSaid = money.length > 0 && ['partially_refunded', 'refunded'].includes(order.financialStatus);
  return [
    ...changedLines(order.items, before.items).map(({ code, ...parameters }) => event(code, parameters)),
    ...(before.financial_status === order.financialStatus || paymentSaid
      ? []
      : [event(`payment_${order.financialStatus}`, { before: before.financial_status })]),
    ...becameLines(before.status, status).map(({ code, ...parameters }) => event(code, parameters)),
    ...money,
  ];
}

/** What it has become, by what; and whether that is unusual. */
function becameLines(before: OrderStatus, status: OrderStatus): ({ code: string } & Record<string, unknown>)[] {
  if (before === status) return [];
  const by = transitionBy(before, status);
  return by === null
    ? [
        { code: `became_${status}`, before },
        { code: 'unusual_step', before, after: status, was: before.replaceAll('_', ' ') },
      ]
    : [{ code: `became_${status}`, before, by }];
}

type ChangedLine = { code: string } & Record<string, unknown>;

function changedLines(items: readonly RemoteOrderItem[], before: Before['items']): ChangedLine[] {
  const known = new Map(before.map((item) => [item.id, item]));
  const changed: ChangedLine[] = items.flatMap(({ id, title, variantTitle, quantity }) => {
    const was = known.get(id)?.quantity;
    known.delete(id);
    if (was === quantity) return [];
    const line = { units: quantity, title: variantTitle === '' ? title : `${title} / ${variantTitle}` };
    return [was === undefined ? { code: 'line_added', ...line } : { code: 'line_changed', ...line, before: was }];
  });
  for (const { title, quantity } of known.values()) changed.push({ code: 'line_removed', units: quantity, title });
  return changed.length > linesAtMost ? [{ code: 'lines_changed', lines: changed.length }] : changed;
}
