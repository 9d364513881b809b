import { getRouteApi } from '@tanstack/react-router';
import { Tag } from 'lucide-react';
import { useMemo } from 'react';
import type { Product } from '~/api-model.ts';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { Empty } from '~/parts/empty.tsx';
import { SavedViews } from '~/parts/saved-views/saved-views.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { syncFaces } from '~/parts/state.tsx';
import { ClearFilters, Filter, ListHead, SearchBox } from '~/parts/toolbar.tsx';
import { useList } from '~/parts/use-list.ts';
import { PracticeButtons } from '~/screens/integrations/practice-buttons.tsx';
import { ProductCard, productColumns } from '~/screens/products/product-columns.tsx';
import { ProductFiles } from '~/screens/products/product-files.tsx';
import { ProductSheet } from '~/screens/products/product-sheet.tsx';
import { productFilters, productStates, productStatuses } from '~/screens/products/products-search.ts';
import { viewedProducts } from '~/screens/products/products-views.ts';

const route = getRouteApi('/frame/products');

const stateLabels = { in_sync: 'In sync', behind: 'Behind', refused: 'Refused', not_linked: syncFaces.not_linked.word };
const statusLabels = { active: 'Active', draft: 'Draft', archived: 'Archived' };

/** On its way to a store: looked at again soon. */
const isMoving = (product: Product): boolean => product.cells.some(({ state }) => state === 'pushing');

/** The product matrix: what stands in the catalog, and where it stands on every store. */
export function ProductsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { connected, loaded } = useStores();
  const sort = search.sort ?? 'title';
  const filters = productFilters(search);
  const list = useList<Product>('products', { ...filters, sort }, { moving: isMoving });
  const columns = useMemo(() => productColumns(connected), [connected]);
  const change = (part: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const open = (product: Product) => void navigate({ search: (before) => ({ ...before, product: product.id }) });
  const filtered = viewedProducts.isFiltered(search);
  return (
    <>
      <ListHead
        title="Products"
        actions={
          <>
            <SavedViews
              list={viewedProducts}
              search={search}
              known={{ storeId: loaded ? connected : undefined }}
              onOpen={(view) => void navigate({ search: view, replace: true })}
            />
            <ProductFiles />
          </>
        }
      >
        <SearchBox
          label="Search title, SKU or barcode"
          value={search.q ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        <Filter
          label="State"
          all="Every state"
          value={search.state}
          options={productStates.map((value) => ({ value, label: stateLabels[value] }))}
          onChange={(state) => change({ state })}
        />
        <Filter
          label="Store"
          all="Every store"
          value={search.storeId}
          options={connected.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(storeId) => change({ storeId })}
        />
        <Filter
          label="Status"
          all="Every status"
          value={search.status}
          options={productStatuses.map((value) => ({ value, label: statusLabels[value] }))}
          onChange={(status) => change({ status })}
        />
        <ClearFilters
          shown={filtered}
          onClear={() => change({ q: undefined, state: undefined, storeId: undefined, status: undefined })}
        />
      </ListHead>
      <DataTable
        noun="product"
        list={list}
        columns={columns}
        rowId={(product) => product.id}
        card={(product) => <ProductCard product={product} stores={connected} onOpen={open} />}
        empty={<NoProducts filtered={filtered} />}
        sorting={{ value: sort, onChange: (value) => change({ sort: value as typeof sort }) }}
        openId={search.product}
        onOpen={open}
      />
      {search.product !== undefined && (
        <ProductSheet key={search.product} productId={search.product} onClose={() => change({ product: undefined })} />
      )}
    </>
  );
}

function NoProducts({ filtered }: { filtered: boolean }) {
  const { connected } = useStores();
  const rights = useRights();
  if (filtered)
    return (
      <Empty icon={Tag} title="No product fits">
        Try another word, or clear a filter.
      </Empty>
    );
  if (connected.length > 0) {
    return (
      <Empty icon={Tag} title="No products yet">
        The goods of your stores come here as they are read. That takes some seconds to some minutes; a CSV file brings them too.
      </Empty>
    );
  }
  return (
    <Empty
      icon={Tag}
      title="Your catalog is empty"
      actions={
        rights.write && (
          <>
            <ConnectLink />
            <PracticeButtons />
          </>
        )
      }
    >
      Products stand here with their price and stock on every store. Connect a store and they are read from it.
    </Empty>
  );
}

const ConnectLink = () => (
  <route.Link to="/integrations" search={{ connect: '1' }} className="btn btn-primary h-9 min-h-9">
    Connect a store
  </route.Link>
);
