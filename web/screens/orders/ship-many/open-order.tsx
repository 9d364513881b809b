import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { Order } from '~/api-model/orders.ts';

/** In a tab of its own: what is typed for the others stays. */
export const OpenOrder = ({ order }: { order: Pick<Order, 'id' | 'number'> }) => (
  <Link
    to="/orders"
    search={{ view: 'all', order: order.id }}
    target="_blank"
    className="link inline-flex items-center gap-1 whitespace-nowrap"
  >
    Open the order
    <span className="sr-only"> {order.number} in a new tab</span>
    <ExternalLink className="size-3 shrink-0" aria-hidden />
  </Link>
);
