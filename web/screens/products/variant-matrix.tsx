import { ExternalLink } from 'lucide-react';
import type { Cell, ProductDetail, Store, Variant } from '~/api-model.ts';
import { BundleBadge } from '~/parts/bundle-badge.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { PriceEdit } from '~/screens/products/price-edit.tsx';
import { StockEdit } from '~/screens/products/stock-edit.tsx';
import { StoreCell } from '~/screens/products/store-cell.tsx';
import { VariantActs } from '~/screens/products/variant-acts.tsx';

const head = 'border-b border-base-300 px-3 py-2 text-left align-bottom text-xs font-medium text-muted';

/** Rows are variants, columns are stores. */
export function VariantMatrix({ product, stores }: { product: ProductDetail; stores: Store[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1)
    <section className="overflow-x-auto rounded-box border border-base-300" tabIndex={0} aria-label="Variants on every store">
      <table className="w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th scope="col" className={`${head} sticky left-0 z-10 bg-base-100`}>
              Variant
            </th>
            <th scope="col" className={`${head} text-right`}>
              Price
            </th>
            <th scope="col" className={`${head} text-right`}>
              Available
            </th>
            {stores.map((store) => (
              <th key={store.id} scope="col" className={`${head} max-w-60 min-w-44 border-l`}>
                <StoreTitle
                  store={store}
                  url={product.variants.flatMap(({ cells }) => cells).find((cell) => cell.storeId === store.id)?.url ?? null}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&>tr:last-child>*]:border-b-0">
          {product.variants.map((variant) => (
            <tr key={variant.id}>
              <th
                scope="row"
                className="sticky left-0 z-10 max-w-56 border-b border-base-300 bg-base-100 px-3 py-2 text-left align-top font-normal"
              >
                <span className="flex items-start gap-1">
                  <span className="min-w-0 flex-1">
                    <VariantName variant={variant} />
                  </span>
                  <VariantActs variant={variant} name={variantName(product, variant)} />
                </span>
              </th>
              <td className="figures border-b border-base-300 px-1 py-1 align-top">
                <PriceEdit variant={variant} productId={product.id} stores={stores} />
              </td>
              <td className="figures border-b border-base-300 px-1 py-1 align-top">
                <StockEdit variant={variant} name={variantName(product, variant)} />
              </td>
              {stores.map((store) => (
                <td key={store.id} className="border-b border-l border-base-300 px-1 py-1 align-top">
                  <StoreCell cell={cellOf(variant, store.id)} store={store} variantName={variantName(product, variant)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export const cellOf = (variant: Variant, storeId: string): Cell | undefined =>
  variant.cells.find((cell) => cell.storeId === storeId);

/** "Blue Shirt / M"; the product's title alone where it has no options. */
export const variantName = (product: ProductDetail, variant: Variant): string =>
  variant.title === '' || variant.title === 'Default Title' ? product.title : `${product.title} / ${variant.title}`;

export function VariantName({ variant }: { variant: Variant }) {
  const title = variant.title === 'Default Title' ? '' : variant.title;
  return (
    <>
      {title !== '' && <span className="block font-medium wrap-anywhere">{title}</span>}
      <span className={title === '' ? 'block wrap-anywhere' : 'block text-xs wrap-anywhere text-muted'}>
        {variant.sku || 'No SKU'}
      </span>
      {variant.isBundle && <BundleBadge />}
    </>
  );
}

export function StoreTitle({ store, url }: { store: Store; url: string | null }) {
  return (
    <span className="flex items-center gap-2">
      <PlatformBadge badge={store.badge} name={store.platformName} />
      <span className="truncate">{store.name}</span>
      {url !== null && (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          aria-label={`Open on ${store.name}`}
          title={`Open on ${store.name}`}
          className="shrink-0 p-0.5 hover:text-base-content"
        >
          <ExternalLink className="size-3.5" aria-hidden />
        </a>
      )}
    </span>
  );
}
