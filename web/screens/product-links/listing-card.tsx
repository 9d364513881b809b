import type { Listing } from '~/api-model.ts';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { useRights } from '~/parts/session.ts';
import { ListingActs } from '~/screens/product-links/listing-acts.tsx';
import {
  ExplainPrice,
  ExplainQuantity,
  SyncSwitch,
  type TableTab,
  VariantLink,
} from '~/screens/product-links/listing-columns.tsx';
import { ListingState } from '~/screens/product-links/listing-state.tsx';
import { listingName, priceThere, unitsThere } from '~/screens/product-links/listing-words.ts';
import { SuggestionCell } from '~/screens/product-links/suggestion-cell.tsx';

/** A listing on a phone. */
export function ListingCard({ listing, tab, onLink }: { listing: Listing; tab: TableTab; onLink: (listing: Listing) => void }) {
  const rights = useRights();
  return (
    <div className="space-y-1.5">
      <div className="flex items-start gap-2">
        <PlatformBadge badge={listing.badge} name={listing.storeName} />
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{listingName(listing)}</span>
          <span className="block text-xs text-muted">
            {listing.storeName} · {listing.sku || 'No SKU'}
          </span>
        </span>
        <ListingActs listing={listing} onLink={onLink} />
      </div>
      {tab === 'linked' ? (
        <>
          <p className="flex gap-1.5 text-xs text-muted">
            <span className="shrink-0">In your catalog:</span> <VariantLink listing={listing} whole />
          </p>
          <div className="flex items-center gap-2">
            <ListingState listing={listing} />
            <span className="ml-auto">
              <ExplainPrice listing={listing} />
              <ExplainQuantity listing={listing} />
            </span>
          </div>
          <div className="flex gap-5 text-xs">
            <SyncSwitch listing={listing} name="syncPrice" write={rights.write} bare={false} />
            <SyncSwitch listing={listing} name="syncInventory" write={rights.write} bare={false} />
          </div>
        </>
      ) : (
        <p className="text-muted tabular-nums">
          {priceThere(listing)}, {unitsThere(listing)}
        </p>
      )}
      {tab === 'unlinked' && <SuggestionCell listing={listing} onLink={onLink} />}
    </div>
  );
}
