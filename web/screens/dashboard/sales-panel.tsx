import { useQuery } from '@tanstack/react-query';
import { BarChart3, Table2 } from 'lucide-react';
import { lazy, Suspense, useMemo } from 'react';
import { api } from '~/api.ts';
import type { Sales } from '~/api-model/orders.ts';
import { counted, money } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { classes } from '~/parts/class-names.ts';
import { useMe, useStores } from '~/parts/session.ts';
import { Tabs } from '~/parts/toolbar.tsx';
import { type readDashboardSearch, salesPeriods } from '~/screens/dashboard/dashboard-search.ts';
import { Panel, Quiet, Reading } from '~/screens/dashboard/panel.tsx';
import {
  type CurrencyTotal,
  otherStores,
  type SalesPart,
  salesByCurrency,
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
      <p className="px-4 pb-3 text-xs text-muted">Days in {organization.timezone.replaceAll('_', ' ')}.</p>
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
  const totals = salesByCurrency(sales.series, sales.currency);
  const currency = (totals.find((known) => known.currency === search.currency) ?? totals[0])?.currency;
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
      <Headline totals={totals} chosen={currency} onChoose={(value) => onChange({ currency: value })} />
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

interface HeadlineProps {
  totals: CurrencyTotal[];
  chosen: string;
  onChoose: (currency: string) => void;
}

/** What was sold in all; each currency by itself, and one of them in the picture below. */
function Headline({ totals, chosen, onChoose }: HeadlineProps) {
  const [only] = totals;
  if (totals.length === 1 && only !== undefined)
    return (
      <p>
        <span className="block text-3xl font-semibold tabular-nums">{money(only.total, only.currency)}</span>
        <span className="text-xs text-muted">
          {counted(only.orders, 'order')}, without unpaid and cancelled ones{paidBack(only)}
        </span>
      </p>
    );
  return (
    <div role="radiogroup" aria-label="Currency" className="flex flex-wrap gap-2">
      {totals.map(({ currency, total, refunded, orders }) => (
        <label
          key={currency}
          className={classes(
            'cursor-pointer rounded-field border px-3 py-1.5 has-focus-visible:outline-2 has-focus-visible:outline-primary',
            currency === chosen ? 'border-primary' : 'border-base-300 hover:bg-base-200',
          )}
        >
          <input
            type="radio"
            name="currency"
            className="sr-only"
            checked={currency === chosen}
            onChange={() => onChoose(currency)}
          />
          <span className="block text-xl font-semibold tabular-nums">{money(total, currency)}</span>
          <span className="text-xs text-muted">
            {currency}, {counted(orders, 'order')}
            {paidBack({ currency, refunded })}
          </span>
        </label>
      ))}
    </div>
  );
}

const paidBack = ({ refunded, currency }: Pick<CurrencyTotal, 'refunded' | 'currency'>): string =>
  Number(refunded) === 0 ? '' : `; ${money(refunded, currency)} paid back since`;

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
