import type { ExplainedPlace } from '~/api-model/explanations.ts';
import { useNow } from '~/parts/moment.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { exactTime, streamTime } from '~/parts/relative-time.ts';

/** Where a store shows our stock at several of its locations: what each of them is to show, and what stands there. */
export function ExplainPlaces({ places }: { places: readonly ExplainedPlace[] }) {
  return (
    <table className="w-full border-t border-base-300">
      <caption className="pt-2 pb-1 text-left font-medium">Location by location</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="text-left font-medium">
            Location
          </th>
          <th scope="col" className="pl-3 text-right font-medium whitespace-nowrap">
            Should be
          </th>
          <th scope="col" className="pl-3 text-right font-medium">
            There
          </th>
        </tr>
      </thead>
      <tbody>
        {places.map((place) => (
          <Place key={place.id} place={place} />
        ))}
      </tbody>
    </table>
  );
}

function Place({ place: { name, locations, isOwned, result, heldReason: held, pushed } }: { place: ExplainedPlace }) {
  const now = useNow();
  const reason = heldReason(held);
  return (
    <tr className="align-top">
      <th scope="row" className="py-1 text-left font-normal wrap-anywhere">
        {name === '' ? 'The store' : name}
        <span className="block text-xs text-muted">
          {locations.length === 0 ? 'Nothing of yours' : locations.join(', ')}
          {isOwned && ', counted there'}
        </span>
        {reason !== null && <span className="block text-xs text-warning">{reason}</span>}
        {pushed !== null && pushed.readAt !== null && (
          <span className="block text-xs text-muted" title={exactTime(pushed.readAt)}>
            read {streamTime(pushed.readAt, now)}
          </span>
        )}
      </th>
      <td className="figures py-1 pl-3">{result ?? 'not sent'}</td>
      <td className="figures py-1 pl-3">{pushed?.remote ?? '–'}</td>
    </tr>
  );
}
