import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Cell } from '~/api-model.ts';
import { Explain } from '~/parts/explain.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { Problem } from '~/parts/problem.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { useStores } from '~/parts/session.ts';
import { State, syncFace } from '~/parts/state.tsx';
import { productQuery } from '~/queries.ts';
import { Section } from '~/screens/inventory/section.tsx';

/** What each store shows of it; every figure says why. */
export function ShownOnStores({ productId, variantId, name }: { productId: string; variantId: string; name: string }) {
  const reading = useQuery(productQuery(productId));
  const cells = reading.data?.variants.find(({ id }) => id === variantId)?.cells.filter(({ listingId }) => listingId !== null);
  return (
    <Section title="What the stores show">
      {reading.error !== null ? (
        <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />
      ) : cells === undefined ? (
        <div className="skeleton h-16" role="status" aria-label="Loading" />
      ) : cells.length === 0 ? (
        <p className="text-muted">
          No store shows it.{' '}
          <Link to="/product-links" className="link">
            Link a listing
          </Link>
        </p>
      ) : (
        <ul className="divide-y divide-base-300 rounded-box border border-base-300">
          {cells.map((cell) => (
            <Shown key={cell.listingId} cell={cell} name={name} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Shown({ cell: { storeId, listingId, quantity, state }, name }: { cell: Cell; name: string }) {
  const { stores } = useStores();
  const store = stores.find(({ id }) => id === storeId);
  const wanted = quantity?.desired ?? null;
  const reason = heldReason(quantity?.reason);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <PlatformBadge badge={store?.badge ?? '?'} />
      <span className="min-w-32 flex-1 truncate">{store?.name ?? 'A store'}</span>
      <State face={syncFace(quantity?.state ?? state)} />
      {listingId !== null && (
        <Explain
          listingId={listingId}
          kind="quantity"
          shown={wanted === null ? (quantity === null ? null : 'Not sent') : String(wanted)}
          currency={store?.currency ?? ''}
          where={store?.name ?? 'the store'}
          what={name}
        />
      )}
      {reason !== null && <span className="w-full text-xs text-muted">{reason}</span>}
    </li>
  );
}
