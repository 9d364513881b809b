import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { InventoryItem, Location, StockClaims } from '~/api-model/stock.ts';
import { count, counted } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { locationsQuery } from '~/queries.ts';
import { whyAvailable } from '~/screens/inventory/available-words.ts';
import { Section } from '~/screens/inventory/section.tsx';

interface LevelsProps {
  items: readonly InventoryItem[];
  claims: StockClaims;
  acts: ((item: InventoryItem) => ReactNode) | null;
}

const noLocations: Location[] = [];

/** Why so many are free to be sold: place by place, and what is taken off. */
export function Levels({ items, claims, acts }: LevelsProps) {
  const { data: locations = noLocations } = useQuery(locationsQuery);
  const places = items.map((item) => ({ item, location: locations.find(({ id }) => id === item.locationId) }));
  const open = places.filter(({ location }) => location?.isActive !== false);
  const onHand = open.reduce((sum, { item }) => sum + item.onHand, 0);
  const reserved = open.reduce((sum, { item }) => sum + item.reserved, 0);
  const held = claims.holds.reduce((sum, { units }) => sum + units, 0);
  if (items.length === 0) {
    return (
      <Section title="Where it is">
        <p className="text-muted">It is not counted anywhere yet. Receive it, or count it, and it stands here.</p>
      </Section>
    );
  }
  const uncounted = items.find(({ tracked }) => !tracked);
  return (
    <Section title={uncounted === undefined ? `Why ${count(onHand - reserved)} are available` : 'Not counted'}>
      {uncounted !== undefined && <p>{whyAvailable(uncounted)}</p>}
      <ul className="divide-y divide-base-300 rounded-box border border-base-300">
        {places.map(({ item, location }) => (
          <li key={item.locationId} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
            <span className="min-w-24 flex-1">
              {location?.name ?? 'A location'}
              {location?.isActive === false && <span className="text-muted">, closed: no store sells these</span>}
              <span className="block text-xs text-muted">{reorderWords(item)}</span>
            </span>
            <span className="text-right tabular-nums">
              {count(item.onHand)} on hand
              <span className="block text-xs text-muted">
                {count(item.reserved)} reserved, {count(item.available)} available
              </span>
            </span>
            {acts !== null && <span className="flex flex-wrap gap-1 max-sm:w-full">{acts(item)}</span>}
          </li>
        ))}
      </ul>
      <table className="w-full rounded-box bg-base-200">
        <caption className="sr-only">Step by step</caption>
        <tbody>
          <Step label={open.length > 1 ? `On hand at ${counted(open.length, 'location')}` : 'On hand'} value={onHand} />
          {reserved !== 0 && <Step label={`Reserved by ${counted(claims.reservedOrders, 'order')}`} value={-reserved} />}
          <Step label="Available" value={onHand - reserved} sum />
          {held !== 0 && <Step label="Kept back, see below" value={-held} />}
          {held !== 0 && <Step label="Left for the stores" value={Math.max(0, onHand - reserved - held)} sum />}
        </tbody>
      </table>
      {onHand - reserved < 0 && (
        <p className="flex items-center gap-2 text-error">
          <TriangleAlert className="size-4 shrink-0" aria-hidden />
          Oversold: more is reserved than is on hand. Receive more, or cancel an order.
        </p>
      )}
    </Section>
  );
}

function Step({ label, value, sum = false }: { label: string; value: number; sum?: boolean }) {
  return (
    <tr className={classes(sum && 'border-t border-base-300 font-medium')}>
      <th scope="row" className={classes('px-3 py-1 text-left', sum ? 'font-medium' : 'font-normal')}>
        {label}
      </th>
      <td className="figures px-3 py-1">{count(value)}</td>
    </tr>
  );
}

function reorderWords({ reorderPoint, reorderQuantity }: InventoryItem): string {
  if (reorderPoint === 0 && reorderQuantity === 0) return 'No reorder point';
  return `Low at ${count(reorderPoint)}${reorderQuantity > 0 ? `, then order ${count(reorderQuantity)}` : ''}`;
}
