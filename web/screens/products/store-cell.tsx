import { Link } from '@tanstack/react-router';
import type { Cell, PriceState, QuantityState, Store, SyncState } from '~/api-model.ts';
import { count, money } from '~/parts/amounts.ts';
import { Explain } from '~/parts/explain.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Popover } from '~/parts/popover.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { State, syncFace } from '~/parts/state.tsx';
import { NotTracked } from '~/screens/product-links/tracking.tsx';

/** One variant on one store: price and quantity there, and how far they are true. */
export function StoreCell({ cell, store, variantName }: { cell: Cell | undefined; store: Store; variantName: string }) {
  if (cell === undefined || cell.listingId === null || cell.status === null) return <Plain state="not_listed" />;
  if (cell.status !== 'linked') {
    return (
      <Link
        to="/product-links"
        search={{ tab: cell.status === 'ignored' ? 'ignored' : 'unlinked', storeId: store.id }}
        className="block rounded px-2 py-1 hover:bg-base-200"
      >
        <State face={syncFace('not_linked')} />
      </Link>
    );
  }
  const { listingId, price, quantity } = cell;
  return (
    <div className="space-y-0.5">
      <div className="flex justify-between gap-2 max-md:justify-end">
        <Explain
          listingId={listingId}
          kind="price"
          currency={price?.currency ?? store.currency}
          shown={price === null ? null : priceShown(price)}
          where={store.name}
          what={variantName}
        />
        <Explain
          listingId={listingId}
          kind="quantity"
          currency={price?.currency ?? store.currency}
          shown={quantity === null ? null : quantityShown(quantity)}
          where={store.name}
          what={variantName}
        />
      </div>
      <CellState cell={cell} store={store} />
    </div>
  );
}

const Plain = ({ state }: { state: SyncState }) => (
  <span className="block px-2 py-1">
    <State face={syncFace(state)} />
  </span>
);

/** What stands there; while a change is on its way, from what to what. */
function priceShown({ remote, desired, currency }: PriceState): string {
  if (remote === null && desired === null) return '–';
  if (desired === null || remote === null) return money(remote ?? desired ?? '0', currency);
  return Number(remote) === Number(desired)
    ? money(desired, currency)
    : `${money(remote, currency)} → ${money(desired, currency)}`;
}

function quantityShown({ remote, desired }: QuantityState): string {
  if (remote === null && desired === null) return '–';
  if (desired === null || remote === null || remote === desired) return count(remote ?? desired ?? 0);
  return `${count(remote)} → ${count(desired)}`;
}

/** The state in a word; where it is not simply true, why and what to do, one click away. */
function CellState({ cell, store }: { cell: Cell; store: Store }) {
  const cause = [cell.price, cell.quantity].find((figure) => figure?.state === cell.state && figure.reason !== null);
  const reason = heldReason(cause?.reason);
  if (cell.refusal === null && reason === null && cell.waitUntil === null) return <Plain state={cell.state} />;
  return (
    <Popover
      className="rounded px-2 py-1 underline decoration-dotted underline-offset-4 hover:bg-base-200"
      panelClassName="w-80"
      trigger={<State face={syncFace(cell.state)} />}
      label={`${syncFace(cell.state).word}: why?`}
    >
      {() => (
        <div className="space-y-2 whitespace-normal">
          {cell.refusal !== null && <p>{cell.refusal.sentence}</p>}
          {cell.state === 'not_tracked' && cell.listingId !== null ? (
            <NotTracked listing={{ id: cell.listingId, storeId: store.id, stockPolicy: cell.stockPolicy }} />
          ) : (
            reason !== null && <p>{reason}</p>
          )}
          {cell.waitUntil !== null && (
            <p>
              It goes on <Moment at={cell.waitUntil} />.
            </p>
          )}
          {cell.refusal?.platformMessage != null && (
            <details>
              <summary className="cursor-pointer text-xs text-muted">What {store.platformName} answered</summary>
              <pre className="mt-1 max-h-40 overflow-auto rounded bg-base-200 p-2 text-xs whitespace-pre-wrap">
                {cell.refusal.platformMessage}
              </pre>
            </details>
          )}

          {cell.listingId !== null && (
            <Link to="/activity" search={{ listingId: cell.listingId }} className="link block text-xs">
              See what happened
            </Link>
          )}
        </div>
      )}
    </Popover>
  );
}
