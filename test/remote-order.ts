/** An order as a connector would bring it: everything ordinary but what a test says. */
import type { OrderEffect, RemoteOrder, RemoteOrderItem } from '#connectors/order.ts';

export interface OrderedItem {
  variantId: string;
  quantity?: number;
  effect?: Partial<OrderEffect>;
  id?: string;
  change?: Partial<RemoteOrderItem>;
}

export function remoteOrder(id: string, at: Date, items: readonly OrderedItem[], change: Partial<RemoteOrder> = {}): RemoteOrder {
  return {
    id,
    number: `#${id}`,
    nativeStatus: 'open',
    financialStatus: 'paid',
    createdAt: at.toISOString(),
    updatedAt: at.toISOString(),
    cancelledAt: null,
    cancelReason: null,
    currency: 'USD',
    totals: { subtotal: '10.00', discount: '0', shipping: '0', tax: '0', total: '10.00', refunded: '0' },
    buyer: { name: 'Nguyễn Thị Ánh', email: 'anh@example.com', phone: '+84 90 123 4567' },
    shippingAddress: null,
    note: '',
    tags: [],
    url: null,
    items: items.map(({ variantId, quantity = 1, effect, id: itemId = variantId, change: more }) => ({
      id: itemId,
      productId: null,
      variantId,
      sku: variantId,
      title: `Good ${variantId}`,
      variantTitle: '',
      quantity,
      unitPrice: '10.00',
      discount: '0',
      effect: { reserved: quantity, shipped: 0, restocked: 0, ...effect },
      locationId: null,
      fulfilledBy: 'seller',
      ...more,
    })),
    shipments: [],
    raw: { id },
    ...change,
  };
}
