import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { api } from '~/api.ts';
import type { RulePreview as Preview, RuleChange } from '~/api-model/settings.ts';
import type { PriceRule, StockRule, Store } from '~/api-model.ts';
import { count, counted, money } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Problem } from '~/parts/problem.tsx';
import { areWhole, priceRuleOf, stockRuleOf } from '~/parts/rules/rule-form.ts';
import { useRights } from '~/parts/session.ts';
import type { StoreForm } from '~/screens/integrations/store-form.ts';

interface Rules {
  priceRule: PriceRule;
  stockRule: StockRule;
}

const typingPauseMilliseconds = 350;

/** What the typed rules would do, computed by the server while one types. */
export function RulePreview({ store }: { store: Store }) {
  const rights = useRights();
  const rules = useTypedRules();
  const reading = useQuery({
    queryKey: ['rule-preview', store.id, rules],
    queryFn: () => api.post<Preview>(`/api/stores/${store.id}/rules/preview`, rules),
    enabled: rules !== null && rights.write && !store.isSource && store.counts.linked > 0,
    placeholderData: keepPreviousData,
  });
  if (store.isSource)
    return <p className="text-muted">This store owns price and stock: it shows your own figures, and no rule stands between.</p>;
  if (store.counts.linked === 0) return <p className="text-muted">Nothing is linked yet, so there is nothing to show.</p>;
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined)
    return rules === null || !rights.write ? null : <div className="skeleton h-32" role="status" aria-label="Loading" />;
  return (
    <div className={classes('space-y-3', (reading.isPlaceholderData || rules === null) && 'opacity-60')}>
      <Summary preview={reading.data} brake={store.settings.brakeListings} />
      <Examples preview={reading.data} />
    </div>
  );
}

/** The rules as they stand in the form, a moment after the last key; null while one is half typed. */
function useTypedRules(): Rules | null {
  const { control } = useFormContext<StoreForm>();
  const typed = useWatch({ control }) as StoreForm;
  const wanted = areWhole(typed) ? JSON.stringify({ priceRule: priceRuleOf(typed), stockRule: stockRuleOf(typed) }) : null;
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), typingPauseMilliseconds);
    return () => clearTimeout(timer);
  }, [wanted]);
  return settled === null ? null : (JSON.parse(settled) as Rules);
}

function Summary({ preview, brake }: { preview: Preview; brake: number }) {
  const { listings, computed, repriced, recounted, zeroed } = preview;
  const changes = repriced + recounted > 0;
  return (
    <div role="status" className="space-y-1">
      <p className="font-medium">
        {changes
          ? `${counted(repriced, 'price')} and ${counted(recounted, 'quantity', 'quantities')} change${zeroed > 0 ? `, ${count(zeroed)} of them to 0` : ''}.`
          : 'Nothing changes: every price and quantity stays as it is.'}
      </p>
      <p className="text-xs text-muted">
        {computed < listings
          ? `Computed for ${count(computed)} of ${counted(listings, 'linked listing')}.`
          : `Of ${counted(listings, 'linked listing')}.`}
        {Math.max(repriced, recounted) > brake && ` That is more than ${count(brake)}: it waits under Activity for a person.`}
      </p>
    </div>
  );
}

const cell = 'px-3 py-1.5 text-right whitespace-nowrap tabular-nums';

function Examples({ preview: { largest, examples } }: { preview: Preview }) {
  const rows = largest.length > 0 ? largest : examples;
  if (rows.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1)
    <section tabIndex={0} aria-label="Examples" className="overflow-x-auto rounded-box border border-base-300">
      <table className="w-full max-sm:text-xs">
        <caption className="px-3 pt-2 text-left text-xs text-muted">
          {largest.length > 0 ? 'The largest changes' : 'Some of its listings'}
        </caption>
        <thead>
          <tr className="border-b border-base-300 text-xs text-muted">
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              Listing
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Price
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Units
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.listingId} className="border-b border-base-300 last:border-0">
              <th scope="row" className="max-w-32 truncate px-3 sm:max-w-52 py-1.5 text-left font-normal" title={nameOf(row)}>
                {nameOf(row)}
              </th>
              <td className={cell}>
                <Change before={priceText(row, 'before')} after={priceText(row, 'after')} />
              </td>
              <td className={cell}>
                <Change before={unitsText(row, 'before')} after={unitsText(row, 'after')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Change({ before, after }: { before: string; after: string }) {
  if (before === after) return <span className="text-muted">{after}</span>;
  return (
    <>
      <span className="text-muted">{before}</span>
      <span aria-hidden> → </span>
      <span className="sr-only"> becomes </span>
      <span className="font-medium">{after}</span>
    </>
  );
}

const nameOf = ({ productTitle, variantTitle, sku }: RuleChange): string =>
  `${variantTitle === '' || variantTitle === 'Default Title' ? productTitle : `${productTitle} / ${variantTitle}`}${sku === '' ? '' : `, ${sku}`}`;

const priceText = ({ price, currency }: RuleChange, when: 'before' | 'after'): string => {
  const amount = price[when];
  return amount === null ? 'not sent' : money(amount, currency);
};

const unitsText = ({ quantity }: RuleChange, when: 'before' | 'after'): string => {
  const units = quantity[when];
  return units === null ? 'not sent' : count(units);
};
