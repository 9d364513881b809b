import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Location } from '~/api-model/stock.ts';
import { Button } from '~/parts/button.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { locationsQuery } from '~/queries.ts';
import { useCounter } from '~/screens/inventory/counted-by.tsx';
import { CloseLocation, MakeDefault, OpenLocation } from '~/screens/inventory/location-acts.tsx';
import { addressFields, LocationDialog } from '~/screens/inventory/location-dialog.tsx';

type Asked = { kind: 'change' | 'default' | 'close' | 'open'; location: Location } | { kind: 'new' };

/** The places that hold stock, in the order in which they are taken from. */
export function LocationsSheet({ onClose }: { onClose: () => void }) {
  const rights = useRights();
  const reading = useQuery(locationsQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const done = () => setAsked(null);
  return (
    <Sheet
      title="Locations"
      onClose={onClose}
      footer={
        rights.write && (
          <Button look="main" icon={Plus} className="ml-auto" onClick={() => setAsked({ kind: 'new' })}>
            New location
          </Button>
        )
      }
    >
      <p className="mb-3 text-muted">
        Stock is taken from the location with the lowest priority number first. Which of them feed a store, and where it shows
        them, is said in the settings of the store.
      </p>
      {reading.error !== null ? (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      ) : reading.data === undefined ? (
        <div className="skeleton h-32" role="status" aria-label="Loading" />
      ) : (
        <ul className="space-y-3">
          {reading.data.map((location) => (
            <Place key={location.id} location={location} onAsk={rights.write ? setAsked : null} />
          ))}
        </ul>
      )}
      {asked?.kind === 'new' && <LocationDialog location={null} onClose={done} />}
      {asked?.kind === 'change' && <LocationDialog location={asked.location} onClose={done} />}
      {asked?.kind === 'default' && <MakeDefault location={asked.location} onClose={done} />}
      {asked?.kind === 'close' && <CloseLocation location={asked.location} onClose={done} />}
      {asked?.kind === 'open' && <OpenLocation location={asked.location} onClose={done} />}
    </Sheet>
  );
}

function Place({ location, onAsk }: { location: Location; onAsk: ((asked: Asked) => void) | null }) {
  const { name, address, isDefault, isActive, priority, ownerStoreId } = location;
  const counter = useCounter(ownerStoreId);
  const where = addressFields.map(([key]) => address[key] ?? '').filter((part) => part !== '');
  const ask = (kind: 'change' | 'default' | 'close' | 'open') => onAsk?.({ kind, location });
  return (
    <li className="rounded-box border border-base-300 px-3 py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{name}</span>
        {isDefault && <span className="badge badge-sm border-base-300 bg-base-200">Default</span>}
        {!isActive && <span className="badge badge-sm border-base-300 bg-base-200">Closed</span>}
        <span className="ml-auto text-xs text-muted">Priority {priority}</span>
      </div>
      <p className="text-xs text-muted">Counted by {counter ?? 'StoreSync'}</p>
      <p className="text-xs text-muted">{where.length === 0 ? 'No address' : where.join(', ')}</p>
      {onAsk !== null && (
        <div className="mt-2 flex flex-wrap gap-2">
          <Button small icon={Pencil} onClick={() => ask('change')} aria-label={`Change ${name}`}>
            Change
          </Button>
          {isActive && !isDefault && (
            <>
              <Button small look="quiet" onClick={() => ask('default')} aria-label={`Make it the default: ${name}`}>
                Make it the default
              </Button>
              <Button small look="quiet" onClick={() => ask('close')} aria-label={`Close ${name}`}>
                Close
              </Button>
            </>
          )}
          {!isActive && (
            <Button small look="quiet" onClick={() => ask('open')} aria-label={`Open it again: ${name}`}>
              Open it again
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
