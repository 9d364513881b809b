import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { Listing, Product } from '~/api-model.ts';
import { money } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';
import { Thumbnail } from '~/parts/thumbnail.tsx';
import { productQuery, productSearchQuery } from '~/queries.ts';
import { listingName } from '~/screens/product-links/listing-words.ts';
import { refreshListings } from '~/screens/product-links/use-listing-change.ts';

interface LinkDialogProps {
  listing: Pick<Listing, 'id' | 'productTitle' | 'variantTitle' | 'sku' | 'storeName'>;
  onClose: () => void;
}

/** Links one listing to a variant that the person finds. */
export function LinkDialog({ listing, onClose }: LinkDialogProps) {
  const client = useQueryClient();
  const [typed, setTyped] = useState(listing.sku || listing.productTitle);
  const [variantId, setVariantId] = useState<string | null>(null);
  const found = useQuery(productSearchQuery(useDeferredValue(typed.trim())));
  const link = useMutation({
    mutationFn: (id: string) => api.post(`/api/listings/${listing.id}/link`, { variantId: id }),
    onSuccess: async () => {
      toast(`${listingName(listing)} is linked. Its price and quantity follow.`);
      await refreshListings(client);
      onClose();
    },
  });
  return (
    <Dialog
      title={`Link ${listingName(listing)}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="main"
            disabled={variantId === null}
            busy={link.isPending}
            onClick={() => variantId !== null && link.mutate(variantId)}
          >
            Link
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <p className="text-muted">
          On {listing.storeName}
          {listing.sku ? `, SKU ${listing.sku}` : ', without a SKU'}. Which one in your catalog is it?
        </p>
        <label className="relative block">
          <span className="sr-only">Search your catalog</span>
          <Search
            className="pointer-events-none absolute top-1/2 left-2.5 z-[1] size-4 -translate-y-1/2 text-muted"
            aria-hidden
          />
          <input
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="Title, SKU or barcode"
            className="input h-9 pl-8"
          />
        </label>
        {link.error !== null && <Problem thrown={link.error} />}
        {found.error !== null && <Problem thrown={found.error} reading onRetry={() => void found.refetch()} />}
        <div role="radiogroup" aria-label="Products found" className="min-h-40 space-y-1">
          {found.data?.length === 0 && <p className="py-6 text-center text-muted">Nothing fits. Try fewer words of the title.</p>}
          {found.isLoading && <div className="skeleton h-32" role="status" aria-label="Loading" />}
          {found.data?.map((product) => (
            <Candidate key={product.id} product={product} chosen={variantId} onChoose={setVariantId} />
          ))}
        </div>
      </div>
    </Dialog>
  );
}

/** A product with its variants; they are read when the product is one of the few found. */
function Candidate({
  product,
  chosen,
  onChoose,
}: {
  product: Product;
  chosen: string | null;
  onChoose: (variantId: string) => void;
}) {
  const detail = useQuery({ ...productQuery(product.id), staleTime: 60_000 });
  return (
    <div className="rounded-box border border-base-300 px-3 py-2">
      <div className="flex items-center gap-2.5">
        <Thumbnail url={product.imageUrl} />
        <span className="min-w-0 flex-1 font-medium wrap-anywhere">{product.title}</span>
      </div>
      {detail.data === undefined ? (
        <div className="skeleton mt-2 h-6" />
      ) : (
        <ul className="mt-1">
          {detail.data.variants.map((variant) => (
            <li key={variant.id}>
              <label className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded px-1 hover:bg-base-200">
                <input
                  type="radio"
                  name="variant"
                  className="radio radio-sm"
                  checked={chosen === variant.id}
                  onChange={() => onChoose(variant.id)}
                />
                <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 py-1">
                  <span className="min-w-0 grow">
                    {variant.title === '' || variant.title === 'Default Title' ? 'The only variant' : variant.title}
                  </span>
                  <span className="text-xs text-muted">{variant.sku || 'No SKU'}</span>
                </span>
                <span className="min-w-16 text-right tabular-nums">
                  {variant.price === null ? '–' : money(variant.price, variant.currency)}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
