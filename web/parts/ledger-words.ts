/** Lines of the ledger in a seller's words. A kind that this page does not know yet is shown as it is. */
import type { InventoryTransaction } from '~/api-model/stock.ts';
import { signed } from '~/parts/amounts.ts';

const kinds: Record<string, string> = {
  baseline: 'First count',
  adjustment: 'Correction',
  adoption: 'Taken over from the store',
  receipt: 'Delivery',
  return: 'Return',
  transfer: 'Transfer',
  stocktake: 'Count',
  forward: 'Sale elsewhere',
};

/** Where only the kind of a line is told, not its figures: a sale may have been made or called off. */
const sales = new Set(['sale', 'reservation']);

export function kindWords({ type, documentKind }: Pick<InventoryTransaction, 'type' | 'documentKind'>): string {
  const kind = sales.has(type) ? 'Sale' : (kinds[type] ?? type.replaceAll('_', ' '));
  return documentKind === 'reversal' ? `${kind}, taken back` : kind;
}

type Booked = Pick<InventoryTransaction, 'who' | 'createdBy' | 'documentKind' | 'storeName'>;

/** Who booked it, or where it came from. */
export function causeWords({ who, createdBy, documentKind, storeName }: Booked): string {
  if (who !== null) return who;
  if (createdBy !== null) return 'Somebody who left';
  if (storeName !== null) return storeName;
  return documentKind === null ? '' : (causes[documentKind] ?? 'StoreSync');
}

/** The same in the middle of a sentence. */
export function causePhrase(line: Booked): string {
  if (line.createdBy === null) return causeWords(line);
  return `by ${line.who ?? 'somebody who left'}`;
}

const causes: Record<string, string> = { order: 'Order', store: 'Store', import: 'Product file' };

/** What it changed on hand; a line that changes nothing, such as a first count of none, says so. */
export const onHandWords = ({ delta, reservedDelta }: Pick<InventoryTransaction, 'delta' | 'reservedDelta'>): string =>
  delta === 0 && reservedDelta !== 0 ? '' : signed(delta);

export function lineWords(line: Pick<InventoryTransaction, 'type' | 'delta' | 'reservedDelta' | 'documentKind'>): string {
  if (line.documentKind === 'reversal') return kindWords(line);
  if (line.delta === 0 && line.reservedDelta !== 0) return line.reservedDelta > 0 ? 'Reserved' : 'No longer reserved';
  if (sales.has(line.type)) return line.delta > 0 ? 'Sale called off' : 'Sold';
  if (line.type === 'transfer') return line.delta > 0 ? 'Transfer, arrived' : 'Transfer, left';
  return kindWords(line);
}
