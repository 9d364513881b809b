import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '~/api.ts';
import type { Location, LocationFigures } from '~/api-model/stock.ts';
import { counted } from '~/parts/amounts.ts';
import { Confirm } from '~/parts/confirm.tsx';
import { locationsQuery } from '~/queries.ts';
import { Effect, type LocationEffect, useCounter, useLocationPreview } from '~/screens/inventory/counted-by.tsx';

interface ActProps {
  location: Location;
  onClose: () => void;
}

function useChange({ id }: Location) {
  const client = useQueryClient();
  return async (body: LocationEffect) => {
    await api.patch(`/api/locations/${id}`, body);
    // What stores should show follows from it, and with it nearly everything that is on the page.
    await client.invalidateQueries();
  };
}

export function MakeDefault({ location, onClose }: ActProps) {
  const change = useChange(location);
  const { data: locations } = useQuery(locationsQuery);
  const former = locations?.find(({ isDefault }) => isDefault);
  const counter = useCounter(former?.ownerStoreId ?? null);
  return (
    <Confirm
      title={`Make ${location.name} the default`}
      action="Make it the default"
      run={() => change({ isDefault: true })}
      onClose={onClose}
    >
      {former !== undefined && counter !== null && (
        <p>
          {counter} counts the default location: from now on it counts <strong className="font-medium">{location.name}</strong> in
          place of {former.name}, and what is changed there is booked here. What stands at the other locations stays.
        </p>
      )}
      {counter === null && <p>It is meant wherever no location is named. What stands at the other locations stays.</p>}
      <Standing location={location} />
      <Foretold location={location} change={{ isDefault: true }} />
    </Confirm>
  );
}

export function CloseLocation({ location, onClose }: ActProps) {
  const change = useChange(location);
  return (
    <Confirm title={`Close ${location.name}`} action="Close it" danger run={() => change({ isActive: false })} onClose={onClose}>
      <Standing location={location} />
      <p>
        The stores stop selling what stands there; the figures and their history stay. Transfer the units first if they are to be
        sold from elsewhere. It can be opened again at any time.
      </p>
      <Foretold location={location} change={{ isActive: false }} />
    </Confirm>
  );
}

export function OpenLocation({ location, onClose }: ActProps) {
  const change = useChange(location);
  return (
    <Confirm title={`Open ${location.name} again`} action="Open it" run={() => change({ isActive: true })} onClose={onClose}>
      <Standing location={location} />
      <p>The stores that it feeds sell what stands there from now on.</p>
      <Foretold location={location} change={{ isActive: true }} />
    </Confirm>
  );
}

function Foretold({ location, change }: { location: Location; change: LocationEffect }) {
  return <Effect preview={useLocationPreview(location.id, change)} />;
}

function Standing({ location }: { location: Location }) {
  const { data, error } = useQuery({
    queryKey: ['location-figures', location.id],
    queryFn: ({ signal }) => api.get<LocationFigures>(`/api/locations/${location.id}/figures`, {}, signal),
  });
  if (error !== null) return <p className="text-warning">How much stands there could not be read.</p>;
  if (data === undefined) return <div className="skeleton h-5 w-64" role="status" aria-label="Loading" />;
  if (data.variants === 0) return <p>Nothing stands at {location.name}.</p>;
  return (
    <p>
      {counted(data.onHand, 'unit')} of {counted(data.variants, 'thing')} {data.onHand === 1 ? 'stands' : 'stand'} at{' '}
      {location.name}
      {data.reserved > 0 && `, ${counted(data.reserved, 'unit')} of them reserved by orders`}.
    </p>
  );
}
