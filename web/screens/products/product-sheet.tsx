import { useMutation, useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { ProductDetail } from '~/api-model.ts';
import { count, counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { Thumbnail } from '~/parts/thumbnail.tsx';
import { useWide } from '~/parts/use-wide.ts';
import { productQuery } from '~/queries.ts';
import { priceRange } from '~/screens/products/product-columns.tsx';
import { VariantCards } from '~/screens/products/variant-cards.tsx';
import { VariantMatrix } from '~/screens/products/variant-matrix.tsx';

/** One product over the list: its variants, and what each says on every store. */
export function ProductSheet({ productId, onClose }: { productId: string; onClose: () => void }) {
  const reading = useQuery(productQuery(productId));
  const rights = useRights();
  const sync = useMutation({
    mutationFn: () => api.post<{ queued: number }>(`/api/products/${productId}/sync`),
    onSuccess: ({ queued }) =>
      toast(
        queued === 0
          ? 'Nothing to sync: none of its listings is linked.'
          : `${counted(queued, 'listing is', 'listings are')} being synced.`,
      ),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
  });
  return (
    <Sheet
      wide
      title={reading.data?.title ?? 'Product'}
      onClose={onClose}
      actions={
        rights.write &&
        reading.data !== undefined && (
          <Button small icon={RefreshCw} busy={sync.isPending} onClick={() => sync.mutate()}>
            Sync now
          </Button>
        )
      }
    >
      {reading.data !== undefined ? (
        <Detail product={reading.data} />
      ) : reading.error !== null ? (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      ) : (
        <div role="status" aria-label="Loading" className="space-y-4">
          <div className="flex gap-4">
            <div className="skeleton size-20" />
            <div className="flex-1 space-y-2">
              <div className="skeleton h-4 w-1/2" />
              <div className="skeleton h-4 w-1/3" />
            </div>
          </div>
          <div className="skeleton h-48 w-full" />
        </div>
      )}
    </Sheet>
  );
}

function Detail({ product }: { product: ProductDetail }) {
  const wide = useWide();
  const { connected } = useStores();
  return (
    <div className="space-y-6">
      <Facts product={product} />
      <section aria-label="Variants and stores" className="space-y-2">
        <h3 className="text-base font-semibold">
          {product.variants.length === 1 ? 'Price and stock' : counted(product.variants.length, 'variant')}
        </h3>
        {wide ? <VariantMatrix product={product} stores={connected} /> : <VariantCards product={product} stores={connected} />}
        <p className="text-xs text-muted">Press a number on a store to see where it comes from.</p>
      </section>
      {product.descriptionHtml !== '' && (
        <details>
          <summary className="cursor-pointer text-base font-semibold">Description</summary>
          <p className="mt-2 max-w-prose whitespace-pre-line">{plainText(product.descriptionHtml)}</p>
        </details>
      )}
    </div>
  );
}

function Facts({ product }: { product: ProductDetail }) {
  const facts: [string, string][] = [
    ['Price', priceRange(product)],
    ['Available', product.available === null ? 'Not counted' : count(product.available)],
    ['Brand', product.brand],
    ['Type', product.productType],
    ['Status', { active: 'Active', draft: 'Draft', archived: 'Archived' }[product.status]],
    ['Tags', product.tags.join(', ')],
    ...Object.entries(product.attributes).map(([name, value]): [string, string] => [
      name.replaceAll('_', ' '),
      String(value ?? ''),
    ]),
  ];
  return (
    <div className="flex gap-4">
      <Thumbnail url={product.images[0]?.url ?? product.imageUrl} alt={product.images[0]?.alt ?? ''} className="size-20" />
      <dl className="flex flex-1 flex-wrap content-start gap-x-8 gap-y-2">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} className="max-w-full">
              <dt className="text-xs text-muted first-letter:uppercase">{name}</dt>
              <dd className="tabular-nums wrap-anywhere">{value}</dd>
            </div>
          ))}
        <div>
          <dt className="text-xs text-muted">Changed</dt>
          <dd>
            <Moment at={product.updatedAt} />
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** A store's description is foreign HTML: only its words are shown. */
function plainText(html: string): string {
  const parsed = new DOMParser().parseFromString(html.replace(/<\/(p|div|li|h\d)>|<br\s*\/?>/gi, '$&\n'), 'text/html');
  return (parsed.body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim();
}
