import { Link } from '@tanstack/react-router';
import type { InventoryTransaction } from '~/api-model/stock.ts';
import { lineWords } from '~/parts/ledger-words.ts';

/** What a line of the ledger was, with the way to its order. */
export const LineName = ({ line }: { line: InventoryTransaction }) => (
  <>
    {lineWords(line)}
    {line.orderNumber !== null && line.documentId !== null && (
      <>
        {', '}
        <Link to="/orders" search={{ view: 'all', order: line.documentId }} className="link">
          order {line.orderNumber}
        </Link>
      </>
    )}
    {line.document === 'undone' && <span className="text-muted">, taken back later</span>}
  </>
);
