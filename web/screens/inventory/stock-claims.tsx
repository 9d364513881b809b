import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Hold, Location, StockClaims } from '~/api-model/stock.ts';
import { count, counted } from '~/parts/amounts.ts';
import { Moment } from '~/parts/moment.tsx';
import { exactTime } from '~/parts/relative-time.ts';
import { locationsQuery } from '~/queries.ts';
import { placeName } from '~/screens/inventory/place-name.ts';
import { Section } from '~/screens/inventory/section.tsx';

const noLocations: Location[] = [];

/** Who holds units: orders that are not shipped, and what is kept back until an order explains it. */
export function Claims({ claims }: { claims: StockClaims }) {
  return (
    <>
      {claims.holds.length > 0 && (
        <Section title="Kept back">
          <ul className="divide-y divide-base-300 rounded-box border border-base-300">
            {claims.holds.map((hold) => (
              <li key={hold.id} className="px-3 py-2">
                <span className="font-medium">
                  {counted(hold.units, 'unit')}, {hold.storeName}
                </span>
                <span className="block text-xs text-muted">{holdWords(hold)}</span>
                <Link to="/activity" search={{ listingId: hold.listingId }} className="link text-xs">
                  What happened
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Reserved">
        {claims.reservations.length === 0 ? (
          <p className="text-muted">No order holds any of it.</p>
        ) : (
          <Reservations claims={claims} />
        )}
      </Section>
    </>
  );
}

/** Why they are kept, and how it ends. */
export function holdWords({ reason, units, storeName, until }: Pick<Hold, 'reason' | 'units' | 'storeName' | 'until'>): string {
  return reason === 'unexplained_drop'
    ? `${storeName} showed ${count(units)} fewer than it should, and no order said why: probably sold, the order is on its way. Free again when an order explains them, at the latest ${exactTime(until)}.`
    : `${storeName} has locked them for a campaign of its own, and does not say when it ends. It is tried again ${exactTime(until)}.`;
}

function Reservations({ claims }: { claims: StockClaims }) {
  const { data: locations = noLocations } = useQuery(locationsQuery);
  const several = locations.length > 1;
  return (
    <>
      <table className="w-full">
        <caption className="sr-only">Orders that hold units</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Placed</th>
            <th scope="col">Units</th>
          </tr>
        </thead>
        <tbody>
          {claims.reservations.map((one) => (
            <tr key={`${one.orderId} ${one.locationId}`} className="border-t border-base-300 first:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                <Link to="/orders" search={{ view: 'all', order: one.orderId }} className="link font-medium">
                  {one.orderNumber}
                </Link>
                <span className="block text-xs text-muted">
                  {one.storeName}
                  {several && `, from ${placeName(locations, one.locationId)}`}
                </span>
              </th>
              <td className="py-1.5 pr-3 text-right text-muted">
                <Moment at={one.placedAt} />
              </td>
              <td className="figures w-16 py-1.5 font-medium">{count(one.units)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {claims.reservedOrders > claims.reservations.length && (
        <p className="text-xs text-muted">
          The oldest {count(claims.reservations.length)} are shown; {counted(claims.reservedOrders, 'order holds', 'orders hold')}{' '}
          {counted(claims.reservedUnits, 'unit')} in all.
        </p>
      )}
    </>
  );
}
