import type { ReactNode } from 'react';
import type { ProductDetail, Store } from '~/api-model.ts';
import { PriceEdit } from '~/screens/products/price-edit.tsx';
import { StockEdit } from '~/screens/products/stock-edit.tsx';
import { StoreCell } from '~/screens/products/store-cell.tsx';
import { VariantActs } from '~/screens/products/variant-acts.tsx';
import { cellOf, StoreTitle, VariantName, variantName } from '~/screens/products/variant-matrix.tsx';

/** The matrix on a phone: one block per variant, one line per store. */
export function VariantCards({ product, stores }: { product: ProductDetail; stores: Store[] }) {
  return (
    <ul className="space-y-3">
      {product.variants.map((variant) => (
        <li key={variant.id} className="rounded-box border border-base-300">
          <div className="flex items-center gap-2 border-b border-base-300 py-1.5 pr-1 pl-3">
            <span className="min-w-0 flex-1">
              <VariantName variant={variant} />
            </span>
            <Labelled label="Price">
              <PriceEdit variant={variant} productId={product.id} stores={stores} />
            </Labelled>
            <Labelled label="Available">
              <StockEdit variant={variant} name={variantName(product, variant)} />
            </Labelled>
            <VariantActs variant={variant} name={variantName(product, variant)} />
          </div>
          <dl>
            {stores.map((store) => (
              <div key={store.id} className="flex items-center gap-3 border-b border-base-300 py-1 pr-1 pl-3 last:border-0">
                <dt className="min-w-0 flex-1 text-xs">
                  <StoreTitle store={store} url={cellOf(variant, store.id)?.url ?? null} />
                </dt>
                <dd className="text-right">
                  <StoreCell cell={cellOf(variant, store.id)} store={store} variantName={variantName(product, variant)} />
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

const Labelled = ({ label, children }: { label: string; children: ReactNode }) => (
  <span className="text-right">
    <span className="block px-2 text-xs text-muted">{label}</span>
    {children}
  </span>
);
