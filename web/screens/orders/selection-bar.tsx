import { useQueryClient } from '@tanstack/react-query';
import { CheckCheck, Download, PackageCheck, Tags } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { type Query, withQuery } from '~/api.ts';
import type { Order } from '~/api-model/orders.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Confirm } from '~/parts/confirm.tsx';
import { SelectedBar } from '~/parts/selected-bar.tsx';
import { TagSelected } from '~/screens/orders/tag-selected.tsx';
import { tellPart } from '~/screens/orders/tell-part.ts';
import { patchOrder, refreshOrders } from '~/screens/orders/use-order-change.ts';
import { actOnEach } from '~/screens/product-links/act-on-each.ts';

interface SelectionBarProps {
  selected: Order[];
  sort: Query['sort'];
  onClear: () => void;
}

/** As many as an address has room for, and the API takes. */
const exportedAtMost = 300;

/** Each of them is read, and reported, by requests of its own. */
const shippedAtMost = 100;

const ShipMany = lazy(async () => ({ default: (await import('~/screens/orders/ship-many/ship-many.tsx')).ShipMany }));

/** What can be done with the selected orders, with their count. Absent while none is. */
export function SelectionBar({ selected, sort, onClear }: SelectionBarProps) {
  // What is shipped leaves the list, and with it the selection; the dialog stays until it is closed.
  const [shipping, setShipping] = useState<Order[] | null>(null);
  const close = (done: boolean) => {
    setShipping(null);
    if (done) onClear();
  };
  return (
    <>
      {selected.length > 0 && <Bar selected={selected} sort={sort} onClear={onClear} onShip={() => setShipping(selected)} />}
      {shipping !== null && (
        <Suspense>
          <ShipMany orders={shipping} onClose={close} />
        </Suspense>
      )}
    </>
  );
}

function Bar({ selected, sort, onClear, onShip }: SelectionBarProps & { onShip: () => void }) {
  const [asked, setAsked] = useState<'tags' | 'settle' | null>(null);
  const oversold = selected.filter((order) => order.oversold);
  const close = () => setAsked(null);
  return (
    <>
      <SelectedBar count={selected.length} noun="order" onClear={onClear}>
        {selected.length > shippedAtMost ? (
          <span className="text-xs text-muted">Ship at most {shippedAtMost} at once</span>
        ) : (
          <Button small icon={PackageCheck} onClick={onShip}>
            Ship {counted(selected.length, 'order')}
          </Button>
        )}
        <Button small icon={Tags} onClick={() => setAsked('tags')}>
          Change tags
        </Button>
        {oversold.length > 0 && (
          <Button small icon={CheckCheck} onClick={() => setAsked('settle')}>
            Mark as settled
          </Button>
        )}
        <ExportSelected ids={selected.map(({ id }) => id)} sort={sort} />
      </SelectedBar>
      {asked === 'tags' && <TagSelected orders={selected} onClose={close} onDone={onClear} />}
      {asked === 'settle' && <SettleSelected orders={oversold} onClose={close} />}
    </>
  );
}

function ExportSelected({ ids, sort }: { ids: readonly string[]; sort: Query['sort'] }) {
  if (ids.length > exportedAtMost)
    return <span className="text-xs text-muted">Export {exportedAtMost} at once, or the whole list above</span>;
  return (
    <a
      href={withQuery('/api/orders/export.csv', { ids: ids.join(','), sort })}
      download
      className="btn btn-sm border-base-300 bg-base-100 hover:bg-base-200"
    >
      <Download className="size-4" aria-hidden />
      Export these
    </a>
  );
}

const namedAtMost = 5;

function SettleSelected({ orders, onClose }: { orders: Order[]; onClose: () => void }) {
  const client = useQueryClient();
  // Those that were settled leave the selection's oversold ones while the dialog stands: what was asked for stays.
  const [asked] = useState(orders);
  const settle = async () => {
    const failed = await actOnEach(
      asked.map(({ id }) => id),
      (id) => patchOrder(id, { oversoldSettled: true }),
    );
    await refreshOrders(client);
    tellPart(failed, asked.length);
  };
  const names = asked.slice(0, namedAtMost).map(({ number }) => number);
  const more = asked.length - names.length;
  return (
    <Confirm
      title={`Mark ${counted(asked.length, 'order')} as settled`}
      action={`Mark ${counted(asked.length, 'order')}`}
      run={settle}
      onClose={onClose}
    >
      <p>
        {names.join(', ')}
        {more > 0 && ` and ${more} more`} no longer count as oversold. The stock stays as it is: say so when the buyers get what
        they bought after all, or their money back.
      </p>
    </Confirm>
  );
}
