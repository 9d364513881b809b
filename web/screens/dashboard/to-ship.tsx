import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '~/api.ts';
import type { Order } from '~/api-model/orders.ts';
import type { Page } from '~/api-model.ts';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { Panel, PanelLink, Quiet, Reading } from '~/screens/dashboard/panel.tsx';
import { Flags, isFlagged, OrderNumber } from '~/screens/orders/order-columns.tsx';
import { itemsLine } from '~/screens/orders/order-words.ts';

const query = { status: 'open,partially_shipped', sort: 'placedAt', limit: 6 };

/** What waits longest to be shipped. */
export function ToShip() {
  const reading = useQuery({
    queryKey: ['orders', 'to ship first'],
    queryFn: async ({ signal }) => (await api.get<Page<Order>>('/api/orders', query, signal)).items,
  });
  return (
    <Panel title="To ship first" actions={<PanelLink link={{ to: '/orders' }}>All to ship</PanelLink>}>
      <Reading reading={reading} lines={6}>
        {(orders) =>
          orders.length === 0 ? (
            <Quiet>Nothing waits to be shipped.</Quiet>
          ) : (
            <ul>
              {orders.map((order) => (
                <li key={order.id} className="border-b border-base-300 last:border-0">
                  <Link to="/orders" search={{ order: order.id }} className="block px-4 py-2 -outline-offset-2 hover:bg-base-200">
                    <span className="flex items-center gap-2">
                      <PlatformBadge badge={order.badge} name={order.storeName} />
                      <OrderNumber>{order.number}</OrderNumber>
                      <span className="text-xs text-muted">
                        <Moment at={order.placedAt} plain />
                      </span>
                    </span>
                    <span className="block truncate text-xs text-muted">{itemsLine(order)}</span>
                    {isFlagged(order) && (
                      <span className="block text-xs">
                        <Flags order={order} />
                      </span>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Reading>
    </Panel>
  );
}
