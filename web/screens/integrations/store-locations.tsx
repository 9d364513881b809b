import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { RulePreview } from '~/api-model/settings.ts';
import type { Location } from '~/api-model/stock.ts';
import type { Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { Field } from '~/parts/field.tsx';
import { Problem } from '~/parts/problem.tsx';
import { PreviewSummary } from '~/parts/rules/rule-preview.tsx';
import { useRights } from '~/parts/session.ts';
import { locationsQuery } from '~/queries.ts';

/** Which of our locations feed a store, and which of them ship what the platform gives its own locations to ship. */
export function StoreLocations({ store }: { store: Store }) {
  const reading = useQuery(locationsQuery);
  if (reading.error !== null) return <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />;
  if (reading.data === undefined) return <div className="skeleton h-24" role="status" aria-label="Loading" />;
  if (reading.data.length < 2)
    return (
      <p className="text-muted">
        All your stock stands at {reading.data[0]?.name ?? 'one location'}. Open another under Inventory.
      </p>
    );
  return (
    <Choices
      key={JSON.stringify([store.settings.locationIds, store.settings.locationMap])}
      store={store}
      locations={reading.data}
    />
  );
}

interface Chosen {
  /** Null: all that are open. */
  feeding: readonly string[] | null;
  map: Readonly<Record<string, string>>;
}

function Choices({ store, locations }: { store: Store; locations: readonly Location[] }) {
  const rights = useRights();
  const before: Chosen = { feeding: store.settings.locationIds ?? null, map: store.settings.locationMap ?? {} };
  const [chosen, setChosen] = useState(before);
  const save = useSave(store);
  const none = chosen.feeding !== null && chosen.feeding.length === 0;
  const changed = JSON.stringify(chosen) !== JSON.stringify(before);
  return (
    <fieldset disabled={!rights.write} className="min-w-0 space-y-5">
      <legend className="sr-only">Locations of this store</legend>
      <Feeding
        store={store}
        locations={locations}
        feeding={chosen.feeding}
        onChange={(feeding) => setChosen({ ...chosen, feeding })}
      />
      {store.locations.length > 0 && (
        <Mapping store={store} locations={locations} map={chosen.map} onChange={(map) => setChosen({ ...chosen, map })} />
      )}
      {none && (
        <p role="alert" className="text-xs text-error">
          Choose at least one location, or all of them.
        </p>
      )}
      {!none && JSON.stringify(chosen.feeding) !== JSON.stringify(before.feeding) && (
        <FeedingEffect store={store} feeding={chosen.feeding} />
      )}
      {save.error !== null && <Problem thrown={save.error} />}
      {rights.write && (
        <Button
          look={changed ? 'main' : 'plain'}
          disabled={!changed || none}
          busy={save.isPending}
          onClick={() => save.mutate(chosen)}
        >
          Save the locations
        </Button>
      )}
    </fieldset>
  );
}

interface FeedingProps {
  store: Store;
  locations: readonly Location[];
  feeding: readonly string[] | null;
  onChange: (feeding: string[] | null) => void;
}

function Feeding({ store, locations, feeding, onChange }: FeedingProps) {
  if (store.isSource) {
    const name = locations.find(({ isDefault }) => isDefault)?.name ?? 'the default location';
    return <p>This store owns your stock, so it sells what stands at {name}, your default location, and nothing else.</p>;
  }
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
      <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
        <input
          type="radio"
          name="feeding"
          className="radio radio-sm"
          checked={feeding === null}
          onChange={() => onChange(null)}
        />
        Every open location, new ones too
      </label>
      <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
        <input
          type="radio"
          name="feeding"
          className="radio radio-sm"
          checked={feeding !== null}
          onChange={() => onChange(feeding === null ? open.map(({ id }) => id) : [...feeding])}
        />
        Only these
      </label>
      {feeding !== null && (
        <ul className="pl-7">
          {open.map(({ id, name, isActive }) => (
            <li key={id}>
              <label className="flex min-h-8 cursor-pointer items-center gap-2.5">
                <input
                  type="checkbox"
                  className="checkbox checkbox-sm"
                  checked={feeding.includes(id)}
                  onChange={(event) => set(id, event.target.checked)}
                />
                {name}
                {!isActive && <span className="text-muted">(closed)</span>}
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

interface MappingProps {
  store: Store;
  locations: readonly Location[];
  map: Chosen['map'];
  onChange: (map: Record<string, string>) => void;
}

function Mapping({ store, locations, map, onChange }: MappingProps) {
  return (
    <div className="space-y-3">
      <p className="text-xs text-muted">
        When {store.platformName} says which of its locations ships an order, the units are taken from the one of yours that is
        named here; otherwise by priority.
      </p>
      {store.locations.map(({ id, name, active }) => (
        <Field key={id} label={`${name}${active ? '' : ' (not active)'} ships from`}>
          {(tie) => (
            <select
              {...tie}
              className="select h-9"
              value={map[id] ?? ''}
              onChange={(event) => {
                const { [id]: _before, ...others } = map;
                onChange(event.target.value === '' ? others : { ...others, [id]: event.target.value });
              }}
            >
              <option value="">By priority</option>
              {locations.map((location) => (
                <option key={location.id} value={location.id}>
                  {location.isActive ? location.name : `${location.name} (closed)`}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
    </div>
  );
}

/** What the chosen locations would do to the store's quantities, before they are saved. */
function FeedingEffect({ store, feeding }: { store: Store; feeding: Chosen['feeding'] }) {
  const rights = useRights();
  const { data, error } = useQuery({
    queryKey: ['feeding-preview', store.id, feeding],
    queryFn: () => api.post<RulePreview>(`/api/stores/${store.id}/rules/preview`, { locationIds: feeding }),
    enabled: rights.write,
    staleTime: 0,
  });
  if (error !== null) return <p className="text-xs text-warning">What it would change could not be read.</p>;
  if (data === undefined) return <div className="skeleton h-10" role="status" aria-label="Loading" />;
  return <PreviewSummary preview={data} brake={store.settings.brakeListings} />;
}

function useSave(store: Store) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ feeding, map }: Chosen) =>
      api.patch<Store>(`/api/stores/${store.id}`, { settings: { locationIds: feeding, locationMap: map } }),
    onSuccess: () => toast.success('Saved. The quantities that follow from it are being sent.'),
    onSettled: () => client.invalidateQueries(),
  });
}
