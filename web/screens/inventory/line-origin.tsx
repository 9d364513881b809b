import type { InventoryTransaction, Location } from '~/api-model/stock.ts';
import { causePhrase } from '~/parts/ledger-words.ts';
import { Moment } from '~/parts/moment.tsx';
import { placeName } from '~/screens/inventory/place-name.ts';

/** When a line of the ledger was booked, by whom or what and, where there are several locations, at which. */
export function LineOrigin({ line, locations }: { line: InventoryTransaction; locations: readonly Location[] }) {
  const cause = causePhrase(line);
  return (
    <span className="block text-xs text-muted">
      <Moment at={line.createdAt} />
      {cause !== '' && `, ${cause}`}
      {locations.length > 1 && `, ${placeName(locations, line.locationId)}`}
    </span>
  );
}
