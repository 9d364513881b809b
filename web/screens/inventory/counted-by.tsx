import { useQuery } from '@tanstack/react-query';
import { ApiProblem, api } from '~/api.ts';
import type { RulePreview } from '~/api-model/settings.ts';
import type { Location } from '~/api-model/stock.ts';
import type { Store } from '~/api-model.ts';
import { Field } from '~/parts/field.tsx';
import { placeOf, placingOf } from '~/parts/places.ts';
import { PreviewSummary } from '~/parts/rules/rule-preview.tsx';
import { useStores } from '~/parts/session.ts';

/** The name of the store that counts a location; null: StoreSync does. */
export function useCounter(ownerStoreId: string | null): string | null {
  const { stores } = useStores();
  if (ownerStoreId === null) return null;
  return stores.find(({ id }) => id === ownerStoreId)?.name ?? 'A store';
}

interface CountedByProps {
  location: Location;
  owner: string | null;
  onChange: (owner: string | null) => void;
  /** Why it was not saved. */
  refused: string | undefined;
}

/** Whose count of a location is ours: StoreSync's own, or that of a store. */
export function CountedBy({ location, owner, onChange, refused }: CountedByProps) {
  const { stores, connected } = useStores();
  const changed = owner !== location.ownerStoreId;
  const preview = useLocationPreview(location.id, { ownerStoreId: owner }, changed);
  const problem = preview.error instanceof ApiProblem && preview.error.code === 'conflict' ? preview.error.message : undefined;
  const offered = stores.filter((store) => connected.includes(store) || store.id === owner);
  const store = stores.find(({ id }) => id === owner);
  return (
    <div className="space-y-2">
      <Field label="Counted by" error={refused ?? (changed ? problem : undefined)} help={helpWords(location, store, stores)}>
        {(tie) => (
          <select
            {...tie}
            className="select h-9 w-full"
            value={owner ?? ''}
            onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
          >
            <option value="">StoreSync</option>
            {offered.map(({ id, name, status }) => (
              <option key={id} value={id}>
                {status === 'disconnected' ? `${name} (disconnected)` : name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {changed && problem === undefined && <Effect preview={preview} />}
    </div>
  );
}

/** What it means, by who is chosen, and what changes by that. */
function helpWords({ id, ownerStoreId }: Location, chosen: Store | undefined, stores: readonly Store[]): string {
  if (chosen === undefined) {
    const former = stores.find((store) => store.id === ownerStoreId)?.name;
    return former === undefined
      ? 'What you count, receive and sell here is sent to the stores.'
      : `Its figures stay as they are now and are sent to ${former} from now on: what is changed there is no longer booked here.`;
  }
  const place = placeOf(placingOf(chosen), id);
  const where = chosen.locations.find((one) => one.id === place)?.name;
  const change = `What is changed ${where === undefined ? 'there' : `at its ${where}`} is booked here, and what others sell of it is sent there. No stock rule stands between.`;
  return ownerStoreId === chosen.id ? change : `Its figures become the count. ${change}`;
}

export interface LocationEffect {
  isDefault?: true;
  isActive?: boolean;
  ownerStoreId?: string | null;
}

/** What becomes of the stores' quantities, before it is done. */
export const useLocationPreview = (id: string, change: LocationEffect, wanted = true) =>
  useQuery({
    queryKey: ['location-preview', id, change],
    queryFn: () => api.post<RulePreview>(`/api/locations/${id}/preview`, change),
    enabled: wanted,
    staleTime: 0,
  });

/** In words; or why it cannot be done. */
export function Effect({ preview: { data, error } }: { preview: { data: RulePreview | undefined; error: Error | null } }) {
  if (error instanceof ApiProblem && error.code === 'conflict')
    return (
      <p role="alert" className="text-warning">
        {error.message}
      </p>
    );
  if (error !== null) return <p className="text-warning">What it would change at your stores could not be read.</p>;
  if (data === undefined) return <div className="skeleton h-10" role="status" aria-label="Loading" />;
  return <PreviewSummary preview={data} brake={null} />;
}
