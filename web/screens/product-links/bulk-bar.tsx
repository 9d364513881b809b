import { useQueryClient } from '@tanstack/react-query';
import { Eye, EyeOff, Link2, Link2Off } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { Listing } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Confirm } from '~/parts/confirm.tsx';
import { SelectedBar } from '~/parts/selected-bar.tsx';
import { actOnEach } from '~/screens/product-links/act-on-each.ts';
import { linkAll } from '~/screens/product-links/link-all.ts';
import type { TableTab } from '~/screens/product-links/listing-columns.tsx';
import { listingName } from '~/screens/product-links/listing-words.ts';
import { EnableTracking } from '~/screens/product-links/tracking.tsx';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

type Ask = 'link' | 'unlink' | 'ignore' | 'unignore' | 'track';

/** What can be done with the selected listings, each with its count. */
export function BulkBar({ tab, selected, onClear }: { tab: TableTab; selected: Listing[]; onClear: () => void }) {
  const [asking, setAsking] = useState<Ask | null>(null);
  const sure = selected.filter(({ suggestion }) => suggestion !== null && !suggestion.ambiguous);
  const untracked = selected.filter(({ stockPolicy }) => stockPolicy === 'untracked');
  const close = () => setAsking(null);
  return (
    <>
      <SelectedBar count={selected.length} noun="listing" onClear={onClear}>
        {tab === 'unlinked' && (
          <Button small look="main" icon={Link2} disabled={sure.length === 0} onClick={() => setAsking('link')}>
            Link {counted(sure.length, 'suggestion')}
          </Button>
        )}
        {tab === 'linked' && (
          <Button small icon={Link2Off} onClick={() => setAsking('unlink')}>
            Unlink
          </Button>
        )}
        {tab === 'unlinked' && (
          <Button small icon={EyeOff} onClick={() => setAsking('ignore')}>
            Ignore
          </Button>
        )}
        {tab === 'ignored' && (
          <Button small icon={Eye} onClick={() => setAsking('unignore')}>
            Stop ignoring
          </Button>
        )}
        {untracked.length > 0 && (
          <Button small onClick={() => setAsking('track')}>
            Enable tracking of {untracked.length}
          </Button>
        )}
      </SelectedBar>
      {asking === 'track' && (
        <EnableTracking
          scope={{ listingIds: untracked.map(({ id }) => id) }}
          name={counted(untracked.length, 'listing')}
          onClose={close}
        />
      )}
      {asking === 'link' && <LinkSelected listings={sure} onClose={close} onDone={onClear} />}
      {(asking === 'unlink' || asking === 'ignore' || asking === 'unignore') && (
        <ActOnSelected act={asking} listings={selected} onClose={close} onDone={onClear} />
      )}
    </>
  );
}

interface SelectedProps {
  listings: Listing[];
  onClose: () => void;
  onDone: () => void;
}

function LinkSelected({ listings, onClose, onDone }: SelectedProps) {
  const client = useQueryClient();
  const run = async () => {
    const links = listings.flatMap(({ id, suggestion }) =>
      suggestion === null ? [] : [{ listingId: id, variantId: suggestion.variantId }],
    );
    const { linked, failed } = await linkAll(links);
    await refreshListings(client);
    toast(
      `${counted(linked, 'listing')} linked${failed.length > 0 ? `; ${failed.length} could not be and stay under To link` : ''}.`,
    );
    onDone();
  };
  return (
    <Confirm title={`Link ${counted(listings.length, 'listing')}`} action="Link" run={run} onClose={onClose}>
      <p>From then on each gets its price and quantity from your catalog.</p>
      <Preview
        lines={listings.map(
          (listing) => `${listingName(listing)} → ${listing.suggestion === null ? '' : listingName(listing.suggestion)}`,
        )}
      />
    </Confirm>
  );
}

const words = {
  unlink: {
    title: 'Unlink',
    text: 'The stores keep their prices and quantities as they are; nothing more is sent to these listings.',
  },
  ignore: { title: 'Ignore', text: 'They are left alone for good and no longer suggested. It can be taken back under Ignored.' },
  unignore: { title: 'Stop ignoring', text: 'They can be linked again.' },
};

function ActOnSelected({ act, listings, onClose, onDone }: SelectedProps & { act: keyof typeof words }) {
  const client = useQueryClient();
  const run = async () => {
    const failed = await actOnEach(
      listings.map(({ id }) => id),
      (id) => api.post(`/api/listings/${id}/${act}`),
    );
    await refreshListings(client);
    if (failed.length > 0) throw failed[0];
    onDone();
  };
  return (
    <Confirm
      title={`${words[act].title} ${counted(listings.length, 'listing')}`}
      action={words[act].title}
      run={run}
      onClose={onClose}
    >
      <p>{words[act].text}</p>
      <Preview lines={listings.map((listing) => `${listingName(listing)}, ${listing.storeName}`)} />
    </Confirm>
  );
}

function Preview({ lines }: { lines: string[] }) {
  const shown = lines.slice(0, 8);
  return (
    <ul className="rounded-box bg-base-200 px-3 py-2 text-xs">
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may read the same, and they never change places
        <li key={index} className="py-0.5 wrap-anywhere">
          {line}
        </li>
      ))}
      {lines.length > shown.length && <li className="py-0.5 text-muted">and {lines.length - shown.length} more</li>}
    </ul>
  );
}
