import { useNavigate } from '@tanstack/react-router';
import { Activity, ExternalLink, Eye, EyeOff, Link2, Link2Off, MoreHorizontal, RefreshCw, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import type { Listing } from '~/api-model.ts';
import { Confirm } from '~/parts/confirm.tsx';
import { Menu, type MenuItem } from '~/parts/menu.tsx';
import { useRights } from '~/parts/session.ts';
import { listingName } from '~/screens/product-links/listing-words.ts';
import { useListingAct } from '~/screens/product-links/use-listing-change.ts';

const said = {
  unlink: 'Unlinked. The store keeps its price and quantity as they are.',
  ignore: 'Ignored. It is left alone from now on.',
  unignore: 'No longer ignored. It can be linked again.',
  sync: 'Being synced.',
};

export function ListingActs({ listing, onLink }: { listing: Listing; onLink: (listing: Listing) => void }) {
  const rights = useRights();
  const navigate = useNavigate({ from: '/product-links' });
  const act = useListingAct(said);
  const run = (name: keyof typeof said) => () => act.mutate({ id: listing.id, act: name });
  const [leaving, setLeaving] = useState(false);
  const items: MenuItem[] = [];
  if (rights.write && listing.status === 'linked') {
    items.push(
      {
        label: 'Settings of this link',
        icon: SlidersHorizontal,
        onSelect: () => void navigate({ to: '/product-links', search: (before) => ({ ...before, listing: listing.id }) }),
      },
      { label: 'Sync now', icon: RefreshCw, onSelect: run('sync') },
      { label: 'Link to another product', icon: Link2, onSelect: () => onLink(listing) },
      { label: 'Unlink', icon: Link2Off, danger: true, onSelect: () => setLeaving(true) },
    );
  }
  if (rights.write && listing.status === 'unlinked')
    items.push(
      { label: 'Link by hand', icon: Link2, onSelect: () => onLink(listing) },
      { label: 'Ignore', icon: EyeOff, onSelect: run('ignore') },
    );
  if (rights.write && listing.status === 'ignored') items.push({ label: 'Stop ignoring', icon: Eye, onSelect: run('unignore') });
  items.push({
    label: 'What happened',
    icon: Activity,
    onSelect: () => void navigate({ to: '/activity', search: { listingId: listing.id } }),
  });
  const { url } = listing;
  if (url !== null)
    items.push({
      label: `Open on ${listing.storeName}`,
      icon: ExternalLink,
      onSelect: () => window.open(url, '_blank', 'noopener'),
    });
  return (
    <>
      <Menu
        label={`More for ${listing.productTitle}`}
        trigger={<MoreHorizontal className="size-4" aria-hidden />}
        items={items}
      />
      {leaving && (
        <Confirm
          title={`Unlink ${listingName(listing)}`}
          action="Unlink"
          danger
          run={() => act.mutateAsync({ id: listing.id, act: 'unlink' })}
          onClose={() => setLeaving(false)}
        >
          <p>
            {listing.storeName} keeps the price and quantity that it shows now. Until it is linked again, nothing more is sent to
            this listing, and what it sells is not taken off your stock.
          </p>
        </Confirm>
      )}
    </>
  );
}
