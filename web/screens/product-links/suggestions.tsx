import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link2, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { LinkPreview } from '~/api-model.ts';
import { count, counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Empty } from '~/parts/empty.tsx';
import { Hint } from '~/parts/hint.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';
import { linkAll } from '~/screens/product-links/link-all.ts';
import { LinkDialog } from '~/screens/product-links/link-dialog.tsx';
import { type SuggestedLink, SuggestionRows } from '~/screens/product-links/suggestion-rows.tsx';

const noItems: SuggestedLink[] = [];

import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

/** What would be linked to what, before anything is: certain ones are ticked, doubtful ones wait for a person. */
export function Suggestions({ storeId }: { storeId: string | undefined }) {
  const rights = useRights();
  const preview = useQuery({
    queryKey: ['suggestions', storeId ?? 'all'],
    queryFn: () => api.post<LinkPreview>('/api/listings/suggestions', storeId === undefined ? {} : { storeId }),
    staleTime: 60_000,
  });
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const items = preview.data?.items ?? noItems;
  const [choosing, setChoosing] = useState<SuggestedLink | null>(null);
  const { connected, loaded } = useStores();
  const ticked = (item: SuggestedLink) => !item.ambiguous && (changed.get(item.listingId) ?? item.reason !== 'title');
  const chosen = items.filter(ticked);
  const link = useLinkAll(chosen);
  const storeName = (id: string) => connected.find((store) => store.id === id)?.name ?? '';
  if (preview.error !== null) {
    return (
      <div className="p-4">
        <Problem thrown={preview.error} reading onRetry={() => void preview.refetch()} />
      </div>
    );
  }
  if (preview.data === undefined) return <div className="skeleton m-4 h-72" role="status" aria-label="Looking for matches" />;
  if (loaded && connected.length === 0)
    return <NoStore>Links tie what is on sale in a store to your catalog. They begin with a store.</NoStore>;
  if (items.length === 0) return <Nothing none={preview.data.counts.none} />;
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-base-300 bg-base-200 px-4 py-2">
        <Counts counts={preview.data.counts} />
        {rights.write && (
          <Button
            small
            look="main"
            icon={Link2}
            className="ml-auto"
            disabled={chosen.length === 0}
            busy={link.isPending}
            onClick={() => link.mutate()}
          >
            Link {counted(chosen.length, 'listing')}
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {link.error !== null && (
          <div className="p-4">
            <Problem thrown={link.error} />
          </div>
        )}
        <SuggestionRows
          items={items}
          stores={connected}
          ticked={ticked}
          onTick={(id, on) => setChanged((before) => new Map(before).set(id, on))}
          onChoose={rights.write ? setChoosing : null}
        />
      </div>
      {choosing !== null && (
        <LinkDialog
          listing={{ id: choosing.listingId, storeName: storeName(choosing.storeId), ...choosing.listing }}
          onClose={() => setChoosing(null)}
        />
      )}
    </>
  );
}

function useLinkAll(chosen: SuggestedLink[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => linkAll(chosen.map(({ listingId, variantId }) => ({ listingId, variantId }))),
    onSuccess: ({ linked, failed }) =>
      toast(
        `${counted(linked, 'listing')} linked${failed.length > 0 ? `; ${failed.length} could not be` : ''}. Prices and quantities follow.`,
      ),
    onSettled: () => refreshListings(client),
  });
}

function Counts({ counts }: { counts: LinkPreview['counts'] }) {
  const parts = [
    [counts.certain, 'certain', 'Same SKU or barcode, and only one fits'],
    [counts.probable, 'probable', 'The titles are alike'],
    [counts.ambiguous, 'for you to decide', 'Several fit equally well'],
    [counts.none, 'without a match', 'Nothing in your catalog fits'],
  ] as const;
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1">
      {parts.map(([value, label, title]) => (
        <span key={label}>
          <span className="font-medium tabular-nums">{count(value)}</span>{' '}
          <Hint more={title} className="text-muted">
            {label}
          </Hint>
        </span>
      ))}
    </p>
  );
}

const Nothing = ({ none }: { none: number }) => (
  <Empty icon={Sparkles} title="No suggestions">
    {none > 0
      ? `${counted(none, 'listing')} on your stores match nothing in your catalog by SKU, barcode or title. Link them by hand under To link.`
      : 'Every listing is linked or ignored. New ones are matched as they appear.'}
  </Empty>
);
