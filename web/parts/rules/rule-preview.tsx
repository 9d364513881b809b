import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type FieldValues, useFormContext, useWatch } from 'react-hook-form';
import { api } from '~/api.ts';
import type { RulePreview as Preview, RuleChange } from '~/api-model/settings.ts';
import type { OrganizationRules, Sale } from '~/api-model.ts';
import { count, counted, money } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Problem } from '~/parts/problem.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { type Brake, brakeLimit, brakeWords } from '~/parts/rules/brake.ts';
import { useRights } from '~/parts/session.ts';

const typingPauseMilliseconds = 350;
/** The server's limit. */
const shownAtMost = 200;

interface RulePreviewProps<Form extends FieldValues> {
  /** Where the server computes it. */
  path: string;
  /** What may change at once; more waits for a person. Null: each store has its own limit. */
  brake: Brake | null;
  /** The rules as typed; null while one is half typed. */
  read: (form: Form) => OrganizationRules | null;
}

/** What the typed rules would do, computed by the server while one types: now, or when a sale begins. */
export function RulePreview<Form extends FieldValues>({ path, brake, read }: RulePreviewProps<Form>) {
  const rights = useRights();
  const rules = useTypedRules(read);
  const sales = rules?.priceRule?.sales ?? [];
  const [during, setDuring] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const duringSale = during !== null && during < sales.length ? during : null;
  const reading = useQuery({
    queryKey: ['rule-preview', path, rules, duringSale, all],
    queryFn: () =>
      api.post<Preview>(path, {
        ...rules,
        ...(duringSale === null ? {} : { duringSale }),
        ...(all ? { shown: shownAtMost } : {}),
      }),
    enabled: rules !== null && rights.write,
    placeholderData: keepPreviousData,
  });
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined)
    return rules === null || !rights.write ? null : <div className="skeleton h-32" role="status" aria-label="Loading" />;
  return (
    <div className={classes('space-y-3', (reading.isPlaceholderData || rules === null) && 'opacity-60')}>
      <Moments sales={sales} chosen={duringSale} onChoose={setDuring} />
      <PreviewSummary preview={reading.data} brake={brake} />
      <PreviewExamples preview={reading.data} />
      {!all && reading.data.repriced + reading.data.recounted > reading.data.largest.length && (
        <button type="button" className="link text-xs" onClick={() => setAll(true)}>
          Show more of what changes
        </button>
      )}
    </div>
  );
}

interface MomentsProps {
  sales: readonly Sale[];
  chosen: number | null;
  onChoose: (sale: number | null) => void;
}

function Moments({ sales, chosen, onChoose }: MomentsProps) {
  if (sales.length === 0) return null;
  return (
    <select
      aria-label="As of when"
      className="select h-9 w-auto"
      value={chosen ?? ''}
      onChange={({ target }) => onChoose(target.value === '' ? null : Number(target.value))}
    >
      <option value="">As of now</option>
      {sales.map(({ name, startsAt }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sale is told by its place in the rule
        <option key={index} value={index}>
          When {name === '' ? `sale ${index + 1}` : name} begins, {startsAt.replace('T', ' ')}
        </option>
      ))}
    </select>
  );
}

/** The rules as they stand in the form, a moment after the last key; null while one is half typed. */
function useTypedRules<Form extends FieldValues>(read: (form: Form) => OrganizationRules | null): OrganizationRules | null {
  const { control } = useFormContext<Form>();
  const rules = read(useWatch({ control }) as Form);
  const wanted = rules === null ? null : JSON.stringify(rules);
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), typingPauseMilliseconds);
    return () => clearTimeout(timer);
  }, [wanted]);
  return settled === null ? null : (JSON.parse(settled) as OrganizationRules);
}

export function PreviewSummary({ preview, brake }: { preview: Preview; brake: Brake | null }) {
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
        {brake !== null && Math.max(repriced, recounted) > brakeLimit(brake, listings) && ` ${brakeWords(brake, listings)}`}
      </p>
    </div>
  );
}

const cell = 'px-3 py-1.5 text-right align-top whitespace-nowrap tabular-nums';

interface ExamplesProps {
  preview: Preview;
  /** A store's name, where the examples are of several. */
  storeOf?: (storeId: string) => string | undefined;
}

export function PreviewExamples({ preview: { largest, examples }, storeOf }: ExamplesProps) {
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
              <th scope="row" className="min-w-32 px-3 py-1.5 text-left align-top font-normal wrap-anywhere">
                {nameOf(row)}
                {storeOf?.(row.storeId) !== undefined && <span className="block text-xs text-muted">{storeOf(row.storeId)}</span>}
                {heldReason(row.price.reason) !== null && (
                  <span className="block text-xs text-warning">{heldReason(row.price.reason)}</span>
                )}
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
