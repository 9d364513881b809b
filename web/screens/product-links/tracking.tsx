import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import { api } from '~/api.ts';
import type { StockPolicy, Store } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { platformsQuery } from '~/queries.ts';
import { notTrackedWords } from '~/screens/product-links/listing-words.ts';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

type Scope = { listingIds: string[] } | { storeId?: string; all: true };

interface Answer {
  requested: number;
  refused: { listingId: string; sentence: string }[];
}

/** For whole stores; only where a platform lets tracking be switched on. */
export function TrackingButton({ stores, storeId }: { stores: Store[]; storeId: string | undefined }) {
  const rights = useRights();
  const { data: platforms } = useQuery(platformsQuery);
  const [open, setOpen] = useState(false);
  const able = stores.filter(
    (store) =>
      (storeId === undefined || store.id === storeId) &&
      platforms?.find(({ id }) => id === store.platform)?.capabilities.enableTracking === true,
  );
  const [only] = able;
  if (only === undefined || !rights.write) return null;
  const name = able.length === 1 ? `all goods of ${only.name}` : `all goods of ${able.length} stores`;
  return (
    <>
      <Button compact icon={ListChecks} onClick={() => setOpen(true)}>
        Enable tracking
      </Button>
      {open && (
        <EnableTracking
          scope={able.length === 1 ? { storeId: only.id, all: true } : { all: true }}
          name={name}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** Why one listing is not tracked, and what can be done: switched on here where it is simply not counted. */
export function NotTracked({ listing }: { listing: { id: string; storeId: string; stockPolicy: StockPolicy | null } }) {
  const rights = useRights();
  const { stores } = useStores();
  const { data: platforms } = useQuery(platformsQuery);
  const [open, setOpen] = useState(false);
  const store = stores.find(({ id }) => id === listing.storeId);
  const able = platforms?.find(({ id }) => id === store?.platform)?.capabilities.enableTracking === true;
  return (
    <>
      <p>{notTrackedWords(listing.stockPolicy, stores.find(({ isSource }) => isSource)?.name)}</p>
      {listing.stockPolicy === 'untracked' && able && rights.write && (
        <Button small icon={ListChecks} onClick={() => setOpen(true)}>
          Enable tracking
        </Button>
      )}
      {open && store !== undefined && (
        <EnableTracking
          scope={{ listingIds: [listing.id] }}
          name={`one listing of ${store.name}`}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** Explains what tracking is before it is switched on, and afterwards says which listings refused. */
export function EnableTracking({ scope, name, onClose }: { scope: Scope; name: string; onClose: () => void }) {
  const client = useQueryClient();
  const enable = useMutation({
    mutationFn: () => api.post<Answer>('/api/listings/enable-tracking', scope),
    onSettled: () => refreshListings(client),
  });
  return (
    <Dialog
      title={`Enable tracking of ${name}`}
      onClose={onClose}
      actions={
        enable.isSuccess ? (
          <Button look="main" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="main" busy={enable.isPending} onClick={() => enable.mutate()}>
              Enable tracking
            </Button>
          </>
        )
      }
    >
      {enable.isSuccess ? (
        <Outcome answer={enable.data} />
      ) : (
        <div className="space-y-3">
          <p>
            Some goods are sold without being counted: the store goes on selling them however many there are. StoreSync sends no
            quantity to those, so they can be oversold.
          </p>
          <ul className="list-inside list-disc space-y-1">
            <li>The store begins to count them, and stops selling them at zero.</li>
            <li>Linked ones then get their quantity from your catalog.</li>
            <li>Check first that their stock here is right: one that stands at 0 is sold out at once.</li>
            <li>To take it back, switch tracking off in the store itself.</li>
          </ul>
          {enable.error !== null && <Problem thrown={enable.error} />}
        </div>
      )}
    </Dialog>
  );
}

function Outcome({ answer }: { answer: Answer }) {
  return (
    <div role="status" className="space-y-2">
      <p>Tracking is being enabled for {counted(answer.requested, 'listing')}.</p>
      {answer.refused.length > 0 && (
        <>
          <p className="font-medium">{counted(answer.refused.length, 'listing')} cannot be tracked:</p>
          <ul className="list-inside list-disc">
            {answer.refused.slice(0, 20).map(({ listingId, sentence }) => (
              <li key={listingId}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
