import { Link } from '@tanstack/react-router';
import type { Product, Store } from '~/api-model.ts';
import { count, counted, money } from '~/parts/amounts.ts';
import { BundleBadge } from '~/parts/bundle-badge.tsx';
import type { Column } from '~/parts/data-table/columns.ts';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { State, syncFace } from '~/parts/state.tsx';
import { Thumbnail } from '~/parts/thumbnail.tsx';

export function productColumns(stores: Store[]): Column<Product>[] {
  return [
    {
      id: 'title',
      header: 'Product',
      meta: { width: '22rem', pinned: true, sort: { up: 'title' } },
      cell: ({ row }) => <Title product={row.original} />,
    },
    { id: 'price', header: 'Price', meta: { width: '10rem', figures: true }, cell: ({ row }) => priceRange(row.original) },
    {
      id: 'available',
      header: 'Available',
      meta: { width: '6.5rem', figures: true },
      cell: ({ row }) =>
        row.original.available === null ? <span className="text-muted">–</span> : count(row.original.available),
    },
    ...stores.map(
      (store): Column<Product> => ({
        id: store.id,
        header: () => <StoreHead store={store} />,
        meta: { width: '9.5rem', name: store.name },
        cell: ({ row }) => <StoreState product={row.original} storeId={store.id} />,
      }),
    ),
    {
      id: 'updatedAt',
      header: 'Changed',
      meta: { width: '8rem', figures: true, sort: { down: '-updatedAt' } },
      cell: ({ row }) => <Moment at={row.original.updatedAt} plain />,
    },
  ];
}

export const StoreHead = ({ store }: { store: Store }) => (
  <span className="flex items-center gap-2" title={`${store.name}, ${store.platformName}`}>
    <PlatformBadge badge={store.badge} />
    <span className="truncate">{store.name}</span>
  </span>
);

export function priceRange({ priceRange: range }: Pick<Product, 'priceRange'>): string {
  if (range === null) return '–';
  const from = money(range.min, range.currency);
  return range.min === range.max ? from : `${from} – ${money(range.max, range.currency)}`;
}

function Title({ product }: { product: Product }) {
  return (
    <span className="flex items-center gap-2.5">
      <Thumbnail url={product.imageUrl} className="size-7" />
      <Link
        from="/products"
        to="/products"
        search={(before) => ({ ...before, product: product.id })}
        data-row-action
        className="truncate font-medium hover:underline"
      >
        {product.title}
      </Link>
      {product.variantCount > 1 && (
        <span className="shrink-0 text-xs text-muted">{counted(product.variantCount, 'variant')}</span>
      )}
      {product.bundleCount > 0 && <BundleBadge />}
      <StatusBadge product={product} />
    </span>
  );
}

const StatusBadge = ({ product: { status } }: { product: Product }) =>
  status === 'active' ? null : <span className="badge badge-sm shrink-0 border-base-300 bg-base-200 capitalize">{status}</span>;

function StoreState({ product, storeId }: { product: Product; storeId: string }) {
  const cell = product.cells.find((each) => each.storeId === storeId);
  return <State face={syncFace(cell?.state ?? 'not_listed')} />;
}

export function ProductCard({
  product,
  stores,
  onOpen,
}: {
  product: Product;
  stores: Store[];
  onOpen: (product: Product) => void;
}) {
  return (
    <button type="button" data-row-action className="flex w-full gap-3 text-left" onClick={() => onOpen(product)}>
      <Thumbnail url={product.imageUrl} className="size-12" />
      <span className="min-w-0 flex-1 space-y-1">
        <span className="flex items-center gap-2">
          <span className="min-w-0 font-medium wrap-anywhere">{product.title}</span>
          {product.bundleCount > 0 && <BundleBadge />}
          <StatusBadge product={product} />
        </span>
        <span className="flex justify-between gap-3 tabular-nums">
          <span>{priceRange(product)}</span>
          <span className="text-muted">
            {product.available === null ? 'not counted' : `${count(product.available)} available`}
          </span>
        </span>
        <span className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
          {stores.map((store) => (
            <span key={store.id} className="flex items-center gap-1.5">
              <PlatformBadge badge={store.badge} name={store.name} />
              <StoreState product={product} storeId={store.id} />
            </span>
          ))}
        </span>
      </span>
    </button>
  );
}
