import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Listing } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { useRights } from '~/parts/session.ts';
import { listingName, reasonWords } from '~/screens/product-links/listing-words.ts';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

export function SuggestionCell({ listing }: { listing: Listing }) {
  const rights = useRights();
  const client = useQueryClient();
  const { suggestion } = listing;
  const link = useMutation({
    mutationFn: (variantId: string) => api.post(`/api/listings/${listing.id}/link`, { variantId }),
    onSuccess: () => toast(`${listing.productTitle} is linked.`),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => refreshListings(client),
  });
  if (suggestion === null) return <span className="text-muted">None</span>;
  return (
    <span className="flex items-center gap-2">
      <span className="min-w-0 truncate">
        {listingName(suggestion)} <span className="text-xs text-muted">{reasonWords(suggestion)}</span>
      </span>
      {rights.write && !suggestion.ambiguous && (
        <Button
          small
          look="quiet"
          icon={Check}
          busy={link.isPending}
          onClick={() => link.mutate(suggestion.variantId)}
          aria-label={`Link ${listing.productTitle} to ${listingName(suggestion)}`}
        >
          Confirm
        </Button>
      )}
    </span>
  );
}
