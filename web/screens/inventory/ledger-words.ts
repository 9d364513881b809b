/** Lines of the ledger in a seller's words. A kind that this page does not know yet is shown as it is. */
import type { InventoryTransaction } from '~/api-model/stock.ts';

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

export function lineWords(line: Pick<InventoryTransaction, 'type' | 'delta' | 'reservedDelta' | 'documentKind'>): string {
  if (line.documentKind === 'reversal') return `${kinds[line.type] ?? line.type}, taken back`;
  if (line.delta === 0 && line.reservedDelta !== 0) return line.reservedDelta > 0 ? 'Reserved' : 'No longer reserved';
  if (line.type === 'sale' || line.type === 'reservation') return line.delta > 0 ? 'Sale called off' : 'Sold';
  if (line.type === 'transfer') return line.delta > 0 ? 'Transfer, arrived' : 'Transfer, left';
  return kinds[line.type] ?? line.type.replaceAll('_', ' ');
}
