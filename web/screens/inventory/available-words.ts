/** Why so many are available, and why that is low: as words. Pure. */
import type { InventoryItem } from '~/api-model/stock.ts';
import { count } from '~/parts/amounts.ts';

type Figures = Pick<InventoryItem, 'onHand' | 'reserved' | 'available' | 'reorderPoint' | 'tracked'>;
type Left = Pick<Figures, 'available' | 'reorderPoint' | 'tracked'>;

/** Whether somebody should look: none left, or no more than the reorder point. */
export const isScarce = ({ available, reorderPoint, tracked }: Left): boolean =>
  tracked && available <= Math.max(0, reorderPoint);

/** "0, sold out"; a plain figure where there is enough. */
export function availableWords({ available, reorderPoint, tracked }: Left): string {
  if (!tracked) return 'Not counted';
  if (available < 0) return `${count(available)}, oversold`;
  if (available === 0) return '0, sold out';
  return available <= reorderPoint ? `${count(available)}, low` : count(available);
}

/** "2 on hand, 5 reserved for orders: 3 were sold that are not there." */
export function whyAvailable({ onHand, reserved, available, reorderPoint, tracked }: Figures): string {
  if (!tracked)
    return 'Its stock is not tracked, so no store is told a quantity. Enable tracking under Product links to count it.';
  const sum = `${count(onHand)} on hand, ${count(reserved)} reserved for orders`;
  if (available < 0)
    return `${sum}: ${count(-available)} ${available === -1 ? 'was sold that is' : 'were sold that are'} not there.`;
  const left = `${sum}: ${count(available)} left.`;
  return reorderPoint > 0 && available <= reorderPoint ? `${left} Your reorder point is ${count(reorderPoint)}.` : left;
}
