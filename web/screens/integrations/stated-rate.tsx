import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Moment } from '~/parts/moment.tsx';
import { useMe } from '~/parts/session.ts';
import { exchangeRatesQuery } from '~/queries.ts';

/** How your currency becomes the store's: the stated rate and since when; nothing where they are the same. */
export function StatedRate({ currency }: { currency: string }) {
  const { organization } = useMe();
  const { data } = useQuery({ ...exchangeRatesQuery, enabled: currency !== organization.currency });
  if (currency === organization.currency || data === undefined) return null;
  const rate = data.find(({ base, quote }) => base === organization.currency && quote === currency);
  return (
    <p className="rounded-box bg-base-200 px-3 py-2">
      {rate === undefined ? (
        <>
          No rate from {organization.currency} to {currency} is stated, so no price is sent.{' '}
        </>
      ) : (
        <>
          First converted: 1 {rate.base} = <span className="tabular-nums">{rate.rate}</span> {rate.quote}, stated{' '}
          <Moment at={rate.statedAt} />.{' '}
        </>
      )}
      <Link to="/settings" hash="exchange-rates" className="link">
        {rate === undefined ? 'State one' : 'Change it'}
      </Link>
    </p>
  );
}
