import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count } from '~/parts/amounts.ts';
import { Problem } from '~/parts/problem.tsx';
import { bundlesOfQuery } from '~/queries.ts';
import { variantName } from '~/screens/inventory/item-name.ts';
import { Section } from '~/screens/inventory/section.tsx';

/** The bundles that a thing is part of; nothing is said of one that is part of none. */
export function BundlesOf({ variantId }: { variantId: string }) {
  const reading = useQuery(bundlesOfQuery(variantId));
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined || reading.data.length === 0) return null;
  return (
    <Section title="Part of bundles">
      <ul className="divide-y divide-base-300 rounded-box border border-base-300">
        {reading.data.map(({ variantId: id, productId, title, variantTitle, units, available }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <span className="min-w-32 flex-1">
              <Link to="/products" search={{ product: productId }} className="link font-medium">
                {variantName(title, variantTitle)}
              </Link>
              <span className="block text-xs text-muted">{count(units)} in each</span>
            </span>
            <span className="tabular-nums">{count(available)} can be sold</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
