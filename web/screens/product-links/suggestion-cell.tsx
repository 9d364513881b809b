import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, Link2 } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Listing } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { useRights } from '~/parts/session.ts';
import { listingName, reasonWords } from '~/screens/product-links/listing-words.ts';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

/** What it probably is, to confirm; where nothing or several fit, the way to choose by hand. */
export function SuggestionCell({ listing, onLink }: { listing: Listing; onLink: (listing: Listing) => void }) {
  const rights = useRights();
  const client = useQueryClient();
  const { suggestion } = listing;
  const link = useMutation({
    mutationFn: (variantId: string) => api.post(`/api/listings/${listing.id}/link`, { variantId }),
    onSuccess: () => toast(`${listing.productTitle} is linked.`),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => refreshListings(client),
  });
  const byHand = rights.write && (
    <Button
      small
      icon={Link2}
      onClick={() => onLink(listing)}
      aria-label={`${suggestion === null ? 'Link by hand' : 'Choose'}: ${listing.productTitle}`}
    >
      {suggestion === null ? 'Link by hand' : 'Choose'}
    </Button>
  );
  if (suggestion === null) {
    return (
      <span className="flex items-center justify-between gap-2">
        <span className="text-muted">Nothing fits</span>
        {byHand}
      </span>
    );
  }
  return (
    <span className="flex items-center gap-2">
      <span className="min-w-0 flex-1 truncate" title={listingName(suggestion)}>
        {listingName(suggestion)} <span className="text-xs text-muted">{reasonWords(suggestion)}</span>
      </span>
      {suggestion.ambiguous && byHand}
      {rights.write && !suggestion.ambiguous && (
        <Button
          small
          icon={Check}
          busy={link.isPending}
          onClick={() => link.mutate(suggestion.variantId)}
          aria-label={`Confirm: ${listing.productTitle} is ${listingName(suggestion)}`}
        >
          Confirm
        </Button>
      )}
    </span>
  );
}
