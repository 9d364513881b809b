import { CircleCheck } from 'lucide-react';
import type { StockDifferences } from '~/api-model/stock.ts';
import { count, counted, signed } from '~/parts/amounts.ts';

/** What a count would change, before it is posted. */
export function DifferencesTable({ found }: { found: StockDifferences }) {
  if (found.differing === 0) {
    return (
      <p role="status" className="flex items-center gap-2">
        <CircleCheck className="size-4 text-success" aria-hidden />
        {found.counted === 1
          ? 'The one thing counted agrees with what is booked.'
          : `All ${count(found.counted)} things counted agree with what is booked.`}{' '}
        Nothing needs posting.
      </p>
    );
  }
  const moved = found.items.some(({ movedSince }) => movedSince !== 0);
  const heads = ['Booked', 'Counted', 'Difference', ...(moved ? ['Since then', 'On hand after'] : [])];
  const net = found.items.reduce((sum, { difference }) => sum + difference, 0);
  return (
    <div className="space-y-2">
      <p role="status">
        <strong className="font-medium">{counted(found.differing, 'difference')}</strong> among {counted(found.counted, 'thing')}{' '}
        counted
        {found.items.length < found.differing
          ? `; the first ${count(found.items.length)} are shown.`
          : `, ${signed(net)} units in all.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1) */}
      <section className="max-h-96 overflow-auto rounded-box border border-base-300" tabIndex={0} aria-label="Differences">
        <table className="w-full">
          <caption className="sr-only">Differences between what is booked and what was counted</caption>
          <thead>
            <tr className="text-xs text-muted">
              <th scope="col" className="sticky top-0 bg-base-100 px-3 py-2 text-left font-medium">
                Product
              </th>
              {heads.map((head) => (
                <th key={head} scope="col" className="figures sticky top-0 bg-base-100 px-3 py-2 font-medium">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.items.map((line) => (
              <tr key={line.variantId} className="border-t border-base-300">
                <th scope="row" className="min-w-40 px-3 py-1.5 text-left font-normal">
                  {line.title}
                  <span className="block text-xs text-muted">{line.sku || 'No SKU'}</span>
                </th>
                <td className="figures px-3">{count(line.booked)}</td>
                <td className="figures px-3">{count(line.counted)}</td>
                <td className={`figures px-3 font-medium ${line.difference < 0 ? 'text-error' : 'text-success'}`}>
                  {signed(line.difference)}
                </td>
                {moved && (
                  <>
                    <td className="figures px-3 text-muted">{line.movedSince === 0 ? '' : signed(line.movedSince)}</td>
                    <td className="figures px-3">{count(line.counted + line.movedSince)}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
