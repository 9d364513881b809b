import { useId } from 'react';
import type { Store } from '~/api-model.ts';
import { Field } from '~/parts/field.tsx';
import { countedAt, isEmptied, isShown, type Placing, withMain } from '~/parts/places.ts';
import { nameOf, type PlaceContext, placeWords, theirName } from '~/screens/integrations/place-words.ts';

interface PlacesProps {
  context: PlaceContext & { store: Store };
  onChange: (chosen: Placing) => void;
}

/** Where everything is shown that has no location of its own there. */
export function MainPlace({ context: { store, before, chosen }, onChange }: PlacesProps) {
  return (
    <Field
      label={`Its main location on ${store.platformName}`}
      help="It shows everything that is shown at no other one. What a stock rule keeps back is missing here first."
    >
      {(tie) => (
        <select
          {...tie}
          className="select h-9 w-full"
          value={chosen.main ?? ''}
          onChange={(event) => onChange(withMain(before, chosen, event.target.value))}
        >
          {chosen.main === null && <option value="">Not chosen yet</option>}
          {store.locations
            .filter(({ id, active }) => active || id === chosen.main)
            .map(({ id, name, active }) => (
              <option key={id} value={id}>
                {active ? name : `${name} (not active)`}
              </option>
            ))}
        </select>
      )}
    </Field>
  );
}

interface Theirs {
  id: string;
  name: string;
  note: string | null;
}

/** Those that are open there, and what is chosen for one that is not; the main one first. */
function theirsOf({ store, before, chosen }: PlacesProps['context']): Theirs[] {
  const concerned = (id: string) => id === chosen.main || id in before.map || id in chosen.map || isShown(before, id);
  const known = store.locations
    .filter(({ id, active }) => active || concerned(id))
    .sort((one, other) => Number(other.id === before.main) - Number(one.id === before.main));
  const gone = [...Object.keys(before.map), ...before.emptied].filter(
    (id) => !store.locations.some((location) => location.id === id),
  );
  return [
    ...known.map(({ id, name, active }) => ({ id, name, note: active ? null : 'Not active' })),
    ...gone.map((id) => ({ id, name: id, note: 'No longer there' })),
  ];
}

/** One line for each location of the platform: what it shows and ships from. */
export function Places({ context, onChange }: PlacesProps) {
  const { store } = context;
  return (
    <div className="space-y-1.5">
      <h4 className="font-medium">What each location on {store.platformName} shows and ships from</h4>
      <ul className="divide-y divide-base-300 rounded-box border border-base-300">
        {theirsOf(context).map((theirs) => (
          <PlaceRow key={theirs.id} theirs={theirs} context={context} onChange={onChange} />
        ))}
      </ul>
      <NotStocked context={context} />
    </div>
  );
}

/** A listing may have no figure at a location that shows something. */
function NotStocked({ context: { store, chosen } }: Pick<PlacesProps, 'context'>) {
  const { main, map } = chosen;
  if (main === null || !Object.keys(map).some((place) => place !== main && isShown(chosen, place))) return null;
  return (
    <p className="text-xs text-muted">
      A product that {store.platformName} does not stock at one of these{' '}
      {countedAt(chosen, main) === null ? `shows its units at ${theirName(store, main)} instead.` : 'is not sold from there.'}
    </p>
  );
}

function PlaceRow({ theirs: { id: place, name, note }, context, onChange }: PlacesProps & { theirs: Theirs }) {
  const noteId = useId();
  const { locations, chosen } = context;
  const { text, attention } = placeWords(context, place);
  const isMain = place === chosen.main;
  const fixed = isFixed(context, place);
  const choose = (ours: string) => {
    const { [place]: _before, ...others } = chosen.map;
    const emptied = chosen.emptied.filter((one) => one !== place);
    if (ours === '') return onChange({ ...chosen, map: others, emptied });
    if (ours === none) return onChange({ ...chosen, map: others, emptied: [...emptied, place] });
    const { feeding } = chosen;
    onChange({
      ...chosen,
      // What is to be shown somewhere feeds the store.
      feeding: feeding === null || feeding.includes(ours) ? feeding : [...feeding, ours],
      map: { ...others, [place]: ours },
      emptied,
    });
  };
  return (
    <li className="grid gap-x-4 gap-y-1.5 px-3 py-2.5 sm:grid-cols-[1fr_15rem] sm:items-center">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="wrap-anywhere">{name}</span>
        {isMain && <Badge>Main</Badge>}
        {countedAt(chosen, place) !== null && <Badge>Counted there</Badge>}
        {note !== null && <Badge>{note}</Badge>}
      </div>
      <select
        aria-label={`${name} shows and ships from`}
        aria-describedby={noteId}
        className="select h-9 w-full"
        disabled={fixed}
        value={isEmptied(chosen, place) ? none : (chosen.map[place] ?? '')}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{isMain ? restWords(context) : 'Not StoreSync’s: left alone'}</option>
        {!isMain && <option value={none}>Nothing: it shows 0</option>}
        {locations.map((location) => (
          <option key={location.id} value={location.id}>
            {location.name}
            {isMain && ' first'}
            {!location.isActive && ' (closed)'}
          </option>
        ))}
      </select>
      <p id={noteId} className={attention ? 'text-xs text-warning sm:col-span-2' : 'text-xs text-muted sm:col-span-2'}>
        {text}
        {fixed && ' To show something else here, let StoreSync count it first, under Inventory, Locations.'}
      </p>
    </li>
  );
}

/** Of the choices for a place: no location of ours has this id. */
const none = 'none';

/** What a store counts at a location of its own stays there for as long as it counts it. */
const isFixed = ({ before }: PlacesProps['context'], place: string): boolean =>
  before.map[place] !== undefined && countedAt(before, place) === before.map[place];

/** What the main location shows, with nothing chosen for it. */
function restWords({ store, locations, chosen }: PlacesProps['context']): string {
  const { [chosen.main ?? '']: _own, ...others } = chosen.map;
  const counted = countedAt({ ...chosen, map: others }, chosen.main ?? '');
  return counted === null ? `What ${store.locations.length > 1 ? 'no other shows' : 'feeds it'}` : nameOf(locations, counted);
}

const Badge = ({ children }: { children: string }) => (
  <span className="badge badge-sm border-base-300 bg-base-200">{children}</span>
);
