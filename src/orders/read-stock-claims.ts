/** Why a variant's units are not all free: the orders that reserve them, and what is kept back until an order explains it. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

export interface Reservation {
  orderId: string;
  orderNumber: string;
  storeId: string;
  storeName: string;
  status: string;
  placedAt: Date;
  locationId: string;
  units: number;
}

export interface Hold {
  id: string;
  listingId: string;
  storeId: string;
  storeName: string;
  units: number;
  reason: 'unexplained_drop' | 'locked_by_platform';
  createdAt: Date;
  /** Free again by then, at the latest. */
  until: Date;
}

export interface StockClaims {
  reservations: Reservation[];
  /** Of all reservations, those that are not listed included. */
  reservedUnits: number;
  reservedOrders: number;
  holds: Hold[];
}

const ordersAtMost = 200;

/** The oldest orders first: they are what is shipped next. */
export async function readStockClaims(tx: Transaction, variantId: string, now: Date): Promise<StockClaims> {
  const reservations = await tx.execute<Reservation & { all_units: number; all_orders: number } & Record<string, unknown>>(sql`
    select o.id as "orderId", o.number as "orderNumber", o.store_id as "storeId", s.name as "storeName", o.status,
      o.placed_at as "placedAt", b.location_id as "locationId", sum(b.reserved)::integer as units,
      (sum(sum(b.reserved)) over ())::integer as all_units, (count(*) over ())::integer as all_orders
    from order_bookings b
    join order_items i on i.organization_id = b.organization_id and i.id = b.item_id
    join orders o on o.organization_id = i.organization_id and o.id = i.order_id
    join stores s on s.organization_id = o.organization_id and s.id = o.store_id
    where b.organization_id = ${tx.organizationId} and b.variant_id = ${variantId} and b.reserved <> 0
    group by o.id, o.number, o.store_id, s.name, o.status, o.placed_at, b.location_id
    order by o.placed_at, o.id limit ${ordersAtMost}`);
  const holds = await tx.execute<Hold & Record<string, unknown>>(sql`
    select h.id, h.listing_id as "listingId", h.store_id as "storeId", s.name as "storeName", h.units, h.reason,
      h.created_at as "createdAt", h.until
    from listing_holds h join stores s on s.organization_id = h.organization_id and s.id = h.store_id
    where h.organization_id = ${tx.organizationId} and h.variant_id = ${variantId}
      and (h.until > ${now} or h.reason = 'locked_by_platform') order by h.created_at, h.id`);
  const [first] = reservations.rows;
  return {
    reservations: reservations.rows.map(({ all_units: _units, all_orders: _orders, ...reservation }) => reservation),
    reservedUnits: first?.all_units ?? 0,
    reservedOrders: first?.all_orders ?? 0,
    holds: holds.rows,
  };
}

interface NamedOrder {
  number: string;
  storeName: string;
}

/** Orders by id. */
export async function nameOrders(tx: Transaction, orderIds: readonly string[]): Promise<Map<string, NamedOrder>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await tx.execute<Record<string, string> & NamedOrder & { id: string }>(sql`
    select o.id, o.number, s.name as "storeName" from orders o
    join stores s on s.organization_id = o.organization_id and s.id = o.store_id
    where o.organization_id = ${tx.organizationId} and o.id = any(${sql.param([...new Set(orderIds)])}::uuid[])`);
  return new Map(rows.map(({ id, ...order }) => [id, order]));
}
