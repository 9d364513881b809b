import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { RulePreview } from '~/api-model/settings.ts';
import { Button } from '~/parts/button.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { PreviewSummary } from '~/parts/rules/rule-preview.tsx';
import { useMe, useRights, useStores } from '~/parts/session.ts';
import { exchangeRatesQuery } from '~/queries.ts';

interface Pair {
  base: string;
  quote: string;
  rate: string | null;
  statedAt: string | null;
}

/** One line for every pair that a connected store needs or that was stated before. */
export function ExchangeRates() {
  const { organization } = useMe();
  const { connected } = useStores();
  const reading = useQuery(exchangeRatesQuery);
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-14" role="status" aria-label="Loading" />;
  const stated = reading.data;
  const missing = [...new Set(connected.map(({ currency }) => currency))].filter(
    (quote) =>
      quote !== organization.currency && !stated.some((rate) => rate.base === organization.currency && rate.quote === quote),
  );
  const pairs: Pair[] = [
    ...stated,
    ...missing.map((quote) => ({ base: organization.currency, quote, rate: null, statedAt: null })),
  ];
  if (pairs.length === 0) {
    return (
      <p className="rounded-box border border-base-300 bg-base-100 px-4 py-6 text-center text-muted">
        None is needed: every store is in {organization.currency}.
      </p>
    );
  }
  return (
    <ul className="divide-y divide-base-300 rounded-box border border-base-300 bg-base-100">
      {pairs.map((pair) => (
        <RateLine key={`${pair.base} ${pair.quote} ${pair.rate ?? ''}`} pair={pair} />
      ))}
    </ul>
  );
}

function RateLine({ pair }: { pair: Pair }) {
  const rights = useRights();
  const client = useQueryClient();
  const [typed, setTyped] = useState(pair.rate ?? '');
  const [left, setLeft] = useState(false);
  const state = useMutation({
    mutationFn: (rate: string) => api.put('/api/exchange-rates', { base: pair.base, quote: pair.quote, rate }),
    onSuccess: () => toast('Saved. Prices that follow from it are being sent.'),
    onSettled: () => client.invalidateQueries(),
  });
  const rate = typed.trim();
  const broken = !/^\d{1,9}(\.\d{1,9})?$/.test(rate) || Number(rate) === 0;
  const error =
    left && broken
      ? `A rate is a number such as 25400 or 0.92${rate === '' ? '.' : `; you typed ${rate}.`}`
      : state.error === null
        ? null
        : problemFrom(state.error).message;
  const noteId = `rate-${pair.base}-${pair.quote}`;
  return (
    <li className="px-4 py-2.5">
      <form
        className="flex flex-wrap items-center gap-x-3 gap-y-2"
        onSubmit={(event) => {
          event.preventDefault();
          setLeft(true);
          if (!broken) state.mutate(rate);
        }}
      >
        <span className="tabular-nums">1 {pair.base} =</span>
        <input
          aria-label={`1 ${pair.base} in ${pair.quote}`}
          aria-invalid={error !== null}
          aria-describedby={noteId}
          inputMode="decimal"
          value={typed}
          disabled={!rights.write}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setLeft(typed !== '')}
          className="input h-9 w-36 text-right tabular-nums"
        />
        <span>{pair.quote}</span>
        <span className="mr-auto text-xs text-muted">
          {pair.statedAt === null ? (
            'needed, not stated yet'
          ) : (
            <>
              stated <Moment at={pair.statedAt} />
            </>
          )}
        </span>
        {rights.write && (
          <Button type="submit" small busy={state.isPending} disabled={rate === '' || rate === pair.rate}>
            Save
          </Button>
        )}
      </form>
      {left && !broken && rate !== pair.rate && rights.write && <RateEffect base={pair.base} quote={pair.quote} rate={rate} />}
      <p id={noteId} role={error === null ? undefined : 'alert'} className="text-xs text-error">
        {error}
      </p>
    </li>
  );
}

/** What the typed rate would do to the stores' prices, before it is saved. */
function RateEffect(typed: { base: string; quote: string; rate: string }) {
  const { data, error } = useQuery({
    queryKey: ['rate-preview', typed],
    queryFn: () => api.post<RulePreview>('/api/exchange-rates/preview', typed),
    staleTime: 0,
  });
  if (error !== null) return <p className="text-xs text-warning">What it would change at your stores could not be read.</p>;
  return data === undefined ? (
    <div className="skeleton mt-2 h-10" role="status" aria-label="Loading" />
  ) : (
    <PreviewSummary preview={data} brake={null} />
  );
}
