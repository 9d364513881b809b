import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMe } from '~/parts/session.ts';
import { orderCountsQuery } from '~/queries.ts';
import { Figures } from '~/screens/dashboard/figures.tsx';
import { FirstStepsBar } from '~/screens/dashboard/first-steps-bar.tsx';
import { FreshnessPanel } from '~/screens/dashboard/freshness-panel.tsx';
import { LowStock } from '~/screens/dashboard/low-stock.tsx';
import { NeedsYou } from '~/screens/dashboard/needs-you.tsx';
import { SalesPanel } from '~/screens/dashboard/sales-panel.tsx';
import { ToShip } from '~/screens/dashboard/to-ship.tsx';

const route = getRouteApi('/frame/');

/** Is anything wrong, what must go out today, how is it going: within a glance. */
export function DashboardScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const counts = useQuery(orderCountsQuery);
  const change = (part: typeof search) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-7xl space-y-4 p-4 md:p-6">
        <h1 className="text-xl font-semibold">Dashboard of {me.organization.name}</h1>
        <FirstStepsBar />
        <Figures reading={counts} />
        <div className="grid items-start gap-4 lg:grid-cols-3">
          <div className="min-w-0 space-y-4 lg:col-span-2">
            <NeedsYou />
            <SalesPanel search={search} onChange={change} />
          </div>
          <div className="min-w-0 space-y-4">
            <ToShip />
            <FreshnessPanel search={search} onChange={change} />
            <LowStock />
          </div>
        </div>
      </div>
    </div>
  );
}
