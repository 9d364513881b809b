import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { OpenOrder } from '~/screens/orders/ship-many/open-order.tsx';
import { type ShipLine, whyNotHere } from '~/screens/orders/ship-many/ship-lines.ts';

/** Orders of the selection that are not sent, each with the reason. Absent when there are none. */
export function NotHere({ lines }: { lines: readonly ShipLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section aria-label="Not shipped from here">
      <h3 className="mb-1 font-medium">Not shipped from here</h3>
      <ul className="rounded-box border border-base-300 bg-base-200">
        {lines.map(({ order, detail }) => (
          <li
            key={order.id}
            data-order={order.number}
            className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-base-300 px-3 py-2 last:border-0"
          >
            <span className="flex min-w-0 items-center gap-2">
              <PlatformBadge badge={order.badge} name={order.storeName} />
              <span className="min-w-0 truncate font-medium">{order.number}</span>
            </span>
            <p className="min-w-56 flex-1">{detail !== null && whyNotHere(detail)}</p>
            <OpenOrder order={order} />
          </li>
        ))}
      </ul>
    </section>
  );
}
