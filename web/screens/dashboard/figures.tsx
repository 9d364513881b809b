import { Link, type LinkProps } from '@tanstack/react-router';
import type { OrderCounts } from '~/api-model/orders.ts';
import { count } from '~/parts/amounts.ts';
import { Problem } from '~/parts/problem.tsx';
import { useMe } from '~/parts/session.ts';
import { dayIn } from '~/screens/orders/days.ts';

interface FiguresProps {
  reading: { data: OrderCounts | undefined; error: Error | null; refetch: () => unknown };
}

/** Orders in four figures; each leads to them. */
export function Figures({ reading }: FiguresProps) {
  const { organization } = useMe();
  const { data } = reading;
  if (data === undefined && reading.error !== null)
    return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  const today = dayIn(organization.timezone, new Date());
  const figures: { label: string; value: number | undefined; link: LinkProps }[] = [
    { label: 'To ship', value: data?.toShip, link: { to: '/orders' } },
    { label: 'Need attention', value: data?.attention, link: { to: '/orders', search: { view: 'attention' } } },
    { label: 'Unpaid', value: data?.unpaid, link: { to: '/orders', search: { view: 'unpaid' } } },
    { label: 'Placed today', value: data?.today, link: { to: '/orders', search: { view: 'all', from: today } } },
  ];
  return (
    <ul
      className="grid grid-cols-2 gap-px overflow-hidden rounded-box border border-base-300 bg-base-300 md:grid-cols-4"
      aria-label="Orders"
    >
      {figures.map(({ label, value, link }) => (
        <li key={label} className="bg-base-100">
          <Link {...link} className="block px-4 py-3 -outline-offset-2 hover:bg-base-200">
            <span className="block text-xs text-muted">{label}</span>
            {value === undefined ? (
              <span className="skeleton mt-1 block h-7 w-12" />
            ) : (
              <span className="block text-3xl font-semibold tabular-nums">{count(value)}</span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}
