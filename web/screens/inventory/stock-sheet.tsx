import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '~/api.ts';
import type { InventoryItem, StockClaims } from '~/api-model/stock.ts';
import { count } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { useList } from '~/parts/use-list.ts';
import { bundleQuery } from '~/queries.ts';
import { AdjustDialog } from '~/screens/inventory/adjust-dialog.tsx';
import { BundlesOf } from '~/screens/inventory/bundles-of.tsx';
import { itemName } from '~/screens/inventory/item-name.ts';
import { Ledger } from '~/screens/inventory/ledger.tsx';
import { Levels } from '~/screens/inventory/levels.tsx';
import { ReorderDialog } from '~/screens/inventory/reorder-dialog.tsx';
import { Section } from '~/screens/inventory/section.tsx';
import { ShownOnStores } from '~/screens/inventory/shown-on-stores.tsx';
import { Claims } from '~/screens/inventory/stock-claims.tsx';
import { Components } from '~/screens/products/bundle-stock.tsx';

type Act = { kind: 'adjust' | 'reorder'; item: InventoryItem };

/** One thing's stock over the list: where it is, why it is as many, what each store shows, and how it came about. */
export function StockSheet({ variantId, onClose }: { variantId: string; onClose: () => void }) {
  const rights = useRights();
  const [act, setAct] = useState<Act | null>(null);
  const levels = useList<InventoryItem>('inventory', { variantId });
  const claims = useQuery({
    queryKey: ['stock-claims', variantId],
    queryFn: ({ signal }) => api.get<StockClaims>(`/api/inventory/${variantId}/claims`, {}, signal),
  });
  const [first] = levels.rows;
  // A bundle stands in no list of stock.
  const bundle = useQuery({ ...bundleQuery(variantId), enabled: !levels.loading && first === undefined });
  const sellable = bundle.data?.available ?? null;
  const problem = levels.problem ?? claims.error ?? bundle.error;
  return (
    <Sheet title={first === undefined ? 'Stock' : `Stock of ${itemName(first)}`} onClose={onClose}>
      {problem !== null ? (
        <Problem
          thrown={problem}
          reading
          onRetry={() => {
            levels.retry();
            void claims.refetch();
            void bundle.refetch();
          }}
        />
      ) : levels.loading || claims.data === undefined || bundle.isLoading ? (
        <Waiting />
      ) : (
        <div className="space-y-7">
          {sellable !== null ? (
            <Section title={`${count(sellable)} can be sold`}>
              <p>It is a bundle: how many there are follows from what it is made of. Count that instead.</p>
              <Components variantId={variantId} />
            </Section>
          ) : (
            <Levels
              items={levels.rows}
              claims={claims.data}
              acts={
                rights.write
                  ? (item) => (
                      <>
                        <Button small look="quiet" onClick={() => setAct({ kind: 'adjust', item })}>
                          Adjust
                        </Button>
                        <Button small look="quiet" onClick={() => setAct({ kind: 'reorder', item })}>
                          Reorder point
                        </Button>
                      </>
                    )
                  : null
              }
            />
          )}
          {first !== undefined && <ShownOnStores productId={first.productId} variantId={variantId} name={itemName(first)} />}
          <BundlesOf variantId={variantId} />
          <Claims claims={claims.data} />
          <Ledger variantId={variantId} />
        </div>
      )}
      {act?.kind === 'adjust' && <AdjustDialog {...act.item} name={itemName(act.item)} onClose={() => setAct(null)} />}
      {act?.kind === 'reorder' && <ReorderDialog item={act.item} onClose={() => setAct(null)} />}
    </Sheet>
  );
}

const Waiting = () => (
  <div role="status" aria-label="Loading" className="space-y-7">
    <div className="skeleton h-32" />
    <div className="skeleton h-24" />
    <div className="skeleton h-48" />
  </div>
);
