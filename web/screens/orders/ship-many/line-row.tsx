import { X } from 'lucide-react';
import { memo } from 'react';
import { IconButton } from '~/parts/button.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { LineFields } from '~/screens/orders/ship-many/line-fields.tsx';
import type { LineRowProps } from '~/screens/orders/ship-many/line-props.ts';
import { LineFailure, LineStanding } from '~/screens/orders/ship-many/line-standing.tsx';
import { standingOf, toShipWords } from '~/screens/orders/ship-many/ship-lines.ts';

/** One order of several that are shipped: a line, or a card where there is no room for one. */
export const LineRow = memo(function LineRow(props: LineRowProps) {
  const { line, sending, onChange } = props;
  const { order, detail } = line;
  const standing = standingOf(line);
  const buyer = order.buyerName ?? 'Buyer not shown';
  return (
    <li className="relative border-b border-base-300 px-3 py-2.5 last:border-0" data-order={order.number}>
      <div className="grid gap-x-3 gap-y-2 md:grid-cols-[minmax(0,1fr)_25rem] md:items-start">
        <div className="min-w-0 max-md:pr-8">
          <p className="flex items-center gap-2">
            <PlatformBadge badge={order.badge} name={order.storeName} />
            <span className="min-w-0 truncate font-medium" title={order.number}>
              {order.number}
            </span>
          </p>
          <p className="truncate text-xs text-muted" title={`${buyer}, ${order.storeName}`}>
            {buyer} · {order.storeName}
          </p>
          {detail !== null && (standing === 'open' || standing === 'left_out') && (
            <p className="two-lines text-xs" title={toShipWords(detail)}>
              {toShipWords(detail)}
            </p>
          )}
        </div>
        <div className="flex min-w-0 items-start gap-2">
          <div className="min-w-0 flex-1">
            {standing === 'open' && detail !== null ? <LineFields {...props} detail={detail} /> : <LineStanding {...props} />}
          </div>
          {standing === 'open' && (
            <IconButton
              label={`Leave out order ${order.number}`}
              icon={X}
              disabled={sending}
              className="max-md:absolute max-md:top-1.5 max-md:right-1.5 md:mt-0.5"
              onClick={() => onChange(order.id, { leftOut: true })}
            />
          )}
        </div>
      </div>
      <LineFailure line={line} />
    </li>
  );
});
