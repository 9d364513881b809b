import { History } from 'lucide-react';
import type { InventoryTransaction } from '~/api-model.ts';
import { signed } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Empty } from '~/parts/empty.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useMe } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { useList } from '~/parts/use-list.ts';

const kinds: Record<string, string> = {
  baseline: 'First count',
  adjustment: 'Correction',
  adoption: 'Taken over from the store',
  receipt: 'Delivery',
  sale: 'Sale',
  return: 'Return',
  transfer: 'Transfer',
  stocktake: 'Stocktake',
  forward: 'Sale elsewhere',
};

/** Every change of one thing's count, newest first. The ledger cannot be altered. */
export function TransactionsSheet({ variantId, title, onClose }: { variantId: string; title: string; onClose: () => void }) {
  const list = useList<InventoryTransaction>('inventory-transactions', {}, { path: `/api/inventory/${variantId}/transactions` });
  return (
    <Sheet title={title} onClose={onClose}>
      {list.problem !== null ? (
        <Problem thrown={list.problem} reading onRetry={list.retry} />
      ) : list.loading ? (
        <div className="skeleton h-48" role="status" aria-label="Loading" />
      ) : list.rows.length === 0 ? (
        <Empty icon={History} title="Nothing was booked yet">
          Every sale, delivery and correction leaves a line here.
        </Empty>
      ) : (
        <Lines list={list.rows} />
      )}
      {list.more && (
        <Button small className="mt-3" busy={list.loadingMore} onClick={list.loadMore}>
          Load more
        </Button>
      )}
    </Sheet>
  );
}

function Lines({ list }: { list: InventoryTransaction[] }) {
  const me = useMe();
  return (
    <table className="w-full">
      <caption className="sr-only">Stock history</caption>
      <thead>
        <tr className="text-left text-xs text-muted">
          <th scope="col" className="py-1.5 font-medium">
            When
          </th>
          <th scope="col" className="font-medium">
            What
          </th>
          <th scope="col" className="figures font-medium">
            On hand
          </th>
          <th scope="col" className="figures font-medium">
            Reserved
          </th>
        </tr>
      </thead>
      <tbody>
        {list.map((line) => (
          <tr key={line.id} className="border-t border-base-300 align-top">
            <td className="py-2 pr-3 text-muted">
              <Moment at={line.createdAt} />
            </td>
            <td className="py-2 pr-3">
              {kinds[line.type] ?? line.type}
              {line.note && <span className="block text-xs text-muted">{line.note}</span>}
              {line.createdBy === me.user.id && <span className="block text-xs text-muted">by you</span>}
            </td>
            <td className="figures py-2 font-medium">{line.delta === 0 ? '' : signed(line.delta)}</td>
            <td className="figures py-2 text-muted">{line.reservedDelta === 0 ? '' : signed(line.reservedDelta)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
