import { useQuery } from '@tanstack/react-query';
import { BarChart3, Table2 } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { api } from '~/api.ts';
import type { Sales } from '~/api-model/orders.ts';
import { counted, money } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { useMe, useStores } from '~/parts/session.ts';
import { Tabs } from '~/parts/toolbar.tsx';
import { type readDashboardSearch, salesPeriods } from '~/screens/dashboard/dashboard-search.ts';
import { Panel, Quiet, Reading } from '~/screens/dashboard/panel.tsx';
import {
  addAmounts,
  currenciesOf,
  otherStores,
  type SalesDay,
  type SalesPart,
  salesByStore,
  salesDays,
} from '~/screens/dashboard/sales-model.ts';
import { SalesTable } from '~/screens/dashboard/sales-table.tsx';
import { storeColour } from '~/screens/dashboard/store-colours.ts';
import { dayIn, daysUntil } from '~/screens/orders/days.ts';

const SalesChart = lazy(async () => ({ default: (await import('~/screens/dashboard/sales-chart.tsx')).SalesChart }));

type Search = ReturnType<typeof readDashboardSearch>;

/** What was sold, by day and store, in one currency at a time. */
export function SalesPanel({ search, onChange }: { search: Search; onChange: (part: Search) => void }) {
  const { organization } = useMe();
  const period = search.days ?? '30';
  const today = dayIn(organization.timezone, new Date());
  const days = useMemo(() => daysUntil(today, Number(period)), [today, period]);
  const range = { from: days[0] ?? today, to: today };
  const reading = useQuery({
    queryKey: ['sales', range],
    queryFn: ({ signal }) => api.get<Sales>('/api/sales', { ...range, by: 'day' }, signal),
  });
  return (
    <Panel
      title="Sales"
      actions={
        <>
          <Tabs
            label="Period"
            value={period}
            tabs={salesPeriods.map((value) => ({ value, label: `${value} days` }))}
            onChange={(value) => onChange({ days: value })}
          />
          <Button
            small
            icon={search.show === 'table' ? BarChart3 : Table2}
            onClick={() => onChange({ show: search.show === 'table' ? undefined : 'table' })}
          >
            {search.show === 'table' ? 'Show as a chart' : 'Show as a table'}
          </Button>
        </>
      }
    >
      <Reading reading={reading} lines={8}>
        {(sales) => <SalesFigures sales={sales} days={days} search={search} onChange={onChange} />}
      </Reading>
    </Panel>
  );
}

interface FiguresProps {
  sales: Sales;
  days: string[];
  search: Search;
  onChange: (part: Search) => void;
}

function SalesFigures({ sales, days, search, onChange }: FiguresProps) {
  const { stores } = useStores();
  const currencies = currenciesOf(sales.series, sales.currency);
  const currency = currencies.find((known) => known === search.currency) ?? currencies[0];
  const storeIds = useMemo(() => stores.map(({ id }) => id), [stores]);
  const shown = useMemo(
    () => (currency === undefined ? [] : salesDays(sales.series, currency, days, storeIds)),
    [sales, currency, days, storeIds],
  );
  if (currency === undefined) {
    return <Quiet>Nothing was sold in these {days.length} days. Paid orders of all your stores stand here day by day.</Quiet>;
  }
  const byStore = salesByStore(shown, storeIds);
  const nameOf = (id: string) =>
    id === otherStores ? 'Other stores' : (stores.find((store) => store.id === id)?.name ?? 'A store');
  const colourOf = (id: string) => storeColour(id, storeIds);
  return (
    <div className="space-y-3 p-4">
      <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
        <Headline shown={shown} currency={currency} />
        {currencies.length > 1 && (
          <Tabs
            label="Currency"
            value={currency}
            tabs={currencies.map((value) => ({ value, label: value }))}
            onChange={(value) => onChange({ currency: value })}
          />
        )}
      </div>
      {search.show === 'table' ? (
        <SalesTable days={shown} byStore={byStore} currency={currency} nameOf={nameOf} />
      ) : (
        <>
          <Suspense fallback={<div className="skeleton h-56" role="status" aria-label="Loading" />}>
            <SalesChart days={shown} currency={currency} nameOf={nameOf} colourOf={colourOf} />
          </Suspense>
          <Legend byStore={byStore} currency={currency} nameOf={nameOf} colourOf={colourOf} />
        </>
      )}
    </div>
  );
}

function Headline({ shown, currency }: { shown: SalesDay[]; currency: string }) {
  const total = addAmounts(shown.map((day) => day.total));
  const orders = shown.reduce((sum, day) => sum + day.orders, 0);
  return (
    <p className="mr-auto">
      <span className="block text-3xl font-semibold tabular-nums">{money(total, currency)}</span>
      <span className="text-xs text-muted">{counted(orders, 'order')}, without unpaid and cancelled ones</span>
    </p>
  );
}

interface LegendProps {
  byStore: SalesPart[];
  currency: string;
  nameOf: (storeId: string) => string;
  colourOf: (storeId: string) => string;
}

function Legend({ byStore, currency, nameOf, colourOf }: LegendProps) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-xs" aria-label="Stores">
      {byStore.map(({ storeId, total }) => (
        <li key={storeId} className="flex items-center gap-2">
          <span aria-hidden className="size-3 rounded-xs" style={{ background: colourOf(storeId) }} />
          {nameOf(storeId)}
          <span className="text-muted tabular-nums">{money(total, currency)}</span>
        </li>
      ))}
    </ul>
  );
}
