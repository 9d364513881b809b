import type { InventoryTransaction } from '~/api-model/stock.ts';
import { Button } from '~/parts/button.tsx';
import { Dialog } from '~/parts/dialog.tsx';
import { Problem } from '~/parts/problem.tsx';
import { exactTime } from '~/parts/relative-time.ts';
import { useUndo } from '~/screens/inventory/stock-change.ts';

const documents: Record<string, string> = { receipt: 'delivery', transfer: 'transfer', stocktake: 'count' };

/** Takes a whole document back, all its lines. */
export function UndoDialog({ line, onClose }: { line: InventoryTransaction; onClose: () => void }) {
  const undo = useUndo(line.documentId ?? '', onClose);
  const name = documents[line.type] ?? 'document';
  return (
    <Dialog
      title={`Take back the ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" busy={undo.isPending} onClick={() => undo.mutate()}>
            Take it back
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <p>
          The {name} of {exactTime(line.createdAt)}
          {line.note ? ` (${line.note})` : ''} is posted in reverse: every line of it, also those of other products. Linked stores
          follow. Both stay in the stock history.
        </p>
        {undo.error !== null && <Problem thrown={undo.error} />}
      </div>
    </Dialog>
  );
}
