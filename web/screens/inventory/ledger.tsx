import { useQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { InventoryTransaction, Location } from '~/api-model/stock.ts';
import { signed } from '~/parts/amounts.ts';
import { Button, IconButton } from '~/parts/button.tsx';
import { lineWords, onHandWords } from '~/parts/ledger-words.ts';
import { Problem } from '~/parts/problem.tsx';
import { useRights } from '~/parts/session.ts';
import { useList } from '~/parts/use-list.ts';
import { locationsQuery } from '~/queries.ts';
import { LineName } from '~/screens/inventory/line-name.tsx';
import { LineOrigin } from '~/screens/inventory/line-origin.tsx';
import { Section } from '~/screens/inventory/section.tsx';
import { UndoDialog } from '~/screens/inventory/undo-dialog.tsx';

const noLocations: Location[] = [];

/** Every change of one thing's count, newest first. The ledger cannot be altered: what is taken back is posted in reverse. */
export function Ledger({ variantId }: { variantId: string }) {
  const list = useList<InventoryTransaction>('inventory-transactions', {}, { path: `/api/inventory/${variantId}/transactions` });
  const [undoing, setUndoing] = useState<InventoryTransaction | null>(null);
  return (
    <Section title="Stock history">
      {list.problem !== null ? (
        <Problem thrown={list.problem} reading onRetry={list.retry} />
      ) : list.loading ? (
        <div className="skeleton h-48" role="status" aria-label="Loading" />
      ) : list.rows.length === 0 ? (
        <p className="text-muted">Nothing was booked yet. Every sale, delivery and correction leaves a line here.</p>
      ) : (
        <Lines lines={list.rows} onUndo={setUndoing} />
      )}
      {list.more && (
        <Button small busy={list.loadingMore} onClick={list.loadMore}>
          Load more
        </Button>
      )}
      {undoing !== null && <UndoDialog line={undoing} onClose={() => setUndoing(null)} />}
    </Section>
  );
}

function Lines({ lines, onUndo }: { lines: readonly InventoryTransaction[]; onUndo: (line: InventoryTransaction) => void }) {
  const { data: locations = noLocations } = useQuery(locationsQuery);
  const rights = useRights();
  return (
    <table className="w-full">
      <caption className="sr-only">Stock history</caption>
      <thead>
        <tr className="text-left text-xs text-muted">
          <th scope="col" className="py-1.5 font-medium">
            What
          </th>
          <th scope="col" className="w-20 text-right font-medium">
            On hand
          </th>
          <th scope="col" className="w-20 text-right font-medium">
            Reserved
          </th>
          {rights.write && (
            <th scope="col" className="w-9">
              <span className="sr-only">Take back</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id} className="border-t border-base-300 align-top">
            <td className="py-2 pr-3">
              <LineName line={line} />
              {line.note && <span className="block text-xs wrap-anywhere">{line.note}</span>}
              <LineOrigin line={line} locations={locations} />
            </td>
            <td className="figures py-2 font-medium">{onHandWords(line)}</td>
            <td className="figures py-2 text-muted">{line.reservedDelta === 0 ? '' : signed(line.reservedDelta)}</td>
            {rights.write && (
              <td className="py-1 text-right">
                {line.document === 'posted' && (
                  <IconButton label={`Take back: ${lineWords(line)}`} icon={Undo2} onClick={() => onUndo(line)} />
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
