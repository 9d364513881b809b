import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { ApiProblem, api } from '~/api.ts';
import type { RulePreview } from '~/api-model/settings.ts';
import type { Location } from '~/api-model/stock.ts';
import type { Store, StoreSettings } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { countedAt, type Placing, placingOf } from '~/parts/places.ts';
import { Problem } from '~/parts/problem.tsx';
import { PreviewSummary } from '~/parts/rules/rule-preview.tsx';
import { useRights } from '~/parts/session.ts';
import { locationsQuery } from '~/queries.ts';
import { nowhereWords } from '~/screens/integrations/place-words.ts';
import { MainPlace, Places } from '~/screens/integrations/store-places.tsx';

interface StoreLocationsProps {
  store: Store;
  /** Whether something differs from what is saved. */
  onChanged: (changed: boolean) => void;
}

/** Which of our locations feed a store, and which location of the platform shows which of them. */
export function StoreLocations({ store, onChanged }: StoreLocationsProps) {
  const reading = useQuery(locationsQuery);
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-24" role="status" aria-label="Loading" />;
  const { locationIds, locationMap, emptyPlaces, remoteLocationId } = store.settings;
  const saved = JSON.stringify([locationIds, locationMap, emptyPlaces, remoteLocationId]);
  return <Choices key={saved} store={store} locations={reading.data} onChanged={onChanged} />;
}

type Settings = Pick<StoreSettings, 'locationIds' | 'locationMap' | 'emptyPlaces' | 'remoteLocationId'>;

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** What differs from what is saved. */
function changesOf(before: Placing, chosen: Placing): Partial<Settings> {
  const sorted = (map: Placing['map']) => JSON.stringify(Object.entries(map).sort());
  return {
    ...(JSON.stringify(chosen.feeding) === JSON.stringify(before.feeding)
      ? {}
      : { locationIds: chosen.feeding === null ? null : [...chosen.feeding] }),
    ...(sorted(chosen.map) === sorted(before.map) ? {} : { locationMap: { ...chosen.map } }),
    ...(sameSet(chosen.emptied, before.emptied) ? {} : { emptyPlaces: [...chosen.emptied] }),
    ...(chosen.main === before.main ? {} : { remoteLocationId: chosen.main }),
  };
}

function Choices({ store, locations, onChanged }: StoreLocationsProps & { locations: readonly Location[] }) {
  const rights = useRights();
  const before = placingOf(store);
  const [asked, setChosen] = useState(before);
  // Who counts what is said elsewhere, and may change while this is open.
  const chosen = { ...asked, counts: store.countsLocationIds };
  const save = useSave(store);
  const context = { store, locations, before, chosen };
  const changes = changesOf(before, chosen);
  const changed = Object.keys(changes).length > 0;
  useEffect(() => {
    onChanged(changed);
    return () => onChanged(false);
  }, [changed, onChanged]);
  const none = chosen.feeding !== null && chosen.feeding.length === 0;
  const several = locations.length > 1 || Object.keys(before.map).length > 0;
  const nowhere = nowhereWords(context);
  if (!several && store.locations.length < 2)
    return (
      <p className="text-muted">All your stock stands at {locations[0]?.name ?? 'one location'}. Open another under Inventory.</p>
    );
  return (
    <fieldset disabled={!rights.write} className="min-w-0 space-y-5">
      <legend className="sr-only">Locations of this store</legend>
      {several ? (
        <Feeding context={context} onChange={(feeding) => setChosen({ ...chosen, feeding })} />
      ) : (
        <p>All your stock stands at {locations[0]?.name ?? 'one location'}.</p>
      )}
      {store.locations.length > 1 && <MainPlace context={context} onChange={setChosen} />}
      {(several || chosen.main !== before.main || chosen.emptied.length > 0) && store.locations.length > 0 && (
        <Places context={context} onChange={setChosen} />
      )}
      {several && nowhere !== null && <p className="text-xs text-warning">{nowhere}</p>}
      {none && (
        <p role="alert" className="text-xs text-error">
          Choose at least one location, or all of them.
        </p>
      )}
      {!none && changed && <Effect store={store} changes={changes} />}
      {save.error !== null && <Refused thrown={save.error} />}
      {rights.write && (
        <Button
          look={changed ? 'main' : 'plain'}
          disabled={!changed || none}
          busy={save.isPending}
          onClick={() => save.mutate(changes)}
        >
          Save the locations
        </Button>
      )}
    </fieldset>
  );
}

interface FeedingProps {
  context: { store: Store; locations: readonly Location[]; chosen: Placing };
  onChange: (feeding: string[] | null) => void;
}

function Feeding({ context: { store, locations, chosen }, onChange }: FeedingProps) {
  const { feeding, counts, main } = chosen;
  if (feeding === null && main !== null && countedAt(chosen, main) !== null)
    return (
      <p>
        {store.name} sells what stands at the locations that it counts itself
        {store.locations.length > 1 && ', and at those that you choose for its other locations'}.
      </p>
    );
  const open = locations.filter(({ id, isActive }) => isActive || feeding?.includes(id) === true);
  const set = (id: string, on: boolean) => {
    const ids = new Set(feeding ?? []);
    if (on) ids.add(id);
    else ids.delete(id);
    onChange(locations.flatMap((location) => (ids.has(location.id) ? [location.id] : [])));
  };
  return (
    <fieldset>
      <legend className="mb-1 font-medium">It sells what stands at</legend>
      <FeedingWay label="Every open location, new ones too" checked={feeding === null} onChoose={() => onChange(null)} />
      <FeedingWay
        label="Only these"
        checked={feeding !== null}
        onChoose={() => onChange(feeding === null ? open.map(({ id }) => id) : [...feeding])}
      />
      {feeding !== null && (
        <ul className="pl-7">
          {open.map(({ id, name, isActive }) => (
            <li key={id}>
              <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
                <input
                  type="checkbox"
                  className="checkbox checkbox-sm"
                  checked={feeding.includes(id) || counts.includes(id)}
                  disabled={counts.includes(id)}
                  onChange={(event) => set(id, event.target.checked)}
                />
                {name}
                {!isActive && <span className="text-muted">(closed)</span>}
                {counts.includes(id) && <span className="text-muted">(counted there)</span>}
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

const FeedingWay = ({ label, checked, onChoose }: { label: string; checked: boolean; onChoose: () => void }) => (
  <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
    <input type="radio" name="feeding" className="radio radio-sm" checked={checked} onChange={onChoose} />
    {label}
  </label>
);

/** What the chosen locations would do to the store's quantities, before they are saved. */
function Effect({ store, changes }: { store: Store; changes: Partial<Settings> }) {
  const rights = useRights();
  const { data, error } = useQuery({
    queryKey: ['feeding-preview', store.id, changes],
    queryFn: () => api.post<RulePreview>(`/api/stores/${store.id}/rules/preview`, changes),
    enabled: rights.write,
    staleTime: 0,
  });
  if (error !== null) return <p className="text-xs text-warning">What it would change could not be read.</p>;
  if (data === undefined) return <div className="skeleton h-10" role="status" aria-label="Loading" />;
  return <PreviewSummary preview={data} brake={store.settings} />;
}

/** A rule that a choice breaks is said in its own words. */
function Refused({ thrown }: { thrown: Error }) {
  const issue = thrown instanceof ApiProblem ? thrown.issues.find(({ path }) => path.startsWith('settings.location')) : undefined;
  if (issue === undefined) return <Problem thrown={thrown} />;
  return (
    <p role="alert" className="text-xs text-error">
      {thrown.message}
    </p>
  );
}

function useSave(store: Store) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Partial<Settings>) => api.patch<Store>(`/api/stores/${store.id}`, { settings }),
    onSuccess: () => toast.success('Saved. The quantities that follow from it are being sent.'),
    onSettled: () => client.invalidateQueries(),
  });
}
