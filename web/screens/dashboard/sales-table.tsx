import { count, money } from '~/parts/amounts.ts';
import { addAmounts, type SalesDay, type SalesPart } from '~/screens/dashboard/sales-model.ts';
import { weekdayWords } from '~/screens/orders/days.ts';

interface SalesTableProps {
  days: SalesDay[];
  byStore: SalesPart[];
  currency: string;
  nameOf: (storeId: string) => string;
}

const figure = 'figures px-2 py-1';

/** The same figures as the chart, day by day, the newest first. */
export function SalesTable({ days, byStore, currency, nameOf }: SalesTableProps) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1)
      tabIndex={0}
      aria-label="Sales by day and store"
      className="max-h-80 overflow-auto rounded-box border border-base-300"
    >
      <table className="w-full text-xs">
        <caption className="sr-only">Sales by day and store, in {currency}</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky top-0 bg-base-200 px-2 py-1.5 text-left font-medium">
              Day
            </th>
            {byStore.map(({ storeId }) => (
              <th key={storeId} scope="col" className="figures sticky top-0 bg-base-200 px-2 py-1.5 font-medium">
                {nameOf(storeId)}
              </th>
            ))}
            <th scope="col" className="figures sticky top-0 bg-base-200 px-2 py-1.5 font-medium">
              Orders
            </th>
            <th scope="col" className="figures sticky top-0 bg-base-200 px-2 py-1.5 font-medium">
              Total
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ day, parts, orders, total }) => (
            <tr key={day} className="border-t border-base-300">
              <th scope="row" className="px-2 py-1 text-left font-normal whitespace-nowrap">
                {weekdayWords(day)}
              </th>
              {byStore.map(({ storeId }) => {
                const part = parts.find((each) => each.storeId === storeId);
                return (
                  <td key={storeId} className={figure}>
                    {part === undefined ? <span className="text-muted">–</span> : money(part.total, currency)}
                  </td>
                );
              })}
              <td className={figure}>{count(orders)}</td>
              <td className={`${figure} font-medium`}>{money(total, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-t border-base-300 font-medium">
            <th scope="row" className="px-2 py-1.5 text-left font-medium">
              All days
            </th>
            {byStore.map(({ storeId, total }) => (
              <td key={storeId} className={figure}>
                {money(total, currency)}
              </td>
            ))}
            <td className={figure}>{count(days.reduce((sum, { orders }) => sum + orders, 0))}</td>
            <td className={figure}>{money(addAmounts(days.map(({ total }) => total)), currency)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
