/** Small changes on both sides, so that a visitor sees things move. */
import { gatherBuyers } from '#cli/demo/buyers.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';

/**
 * Every second time a buyer comes; in between somebody edits a price, or edits a quantity in the wrong store. What a store
 * does not let them do is told to `onTrouble`, and life goes on.
 */
export function beginLife(stores: readonly PracticeStore[], everyMs: number, onTrouble: (thrown: unknown) => void): () => void {
  const [source, other] = stores;
  if (source === undefined || other === undefined) return () => undefined;
  const visit = gatherBuyers(stores);
  let step = 0;
  const timer = setInterval(() => {
    step++;
    try {
      if (step % 2 === 0) visit();
      else edit(source, other, step % 6 === 5);
    } catch (thrown) {
      onTrouble(thrown);
    }
  }, everyMs);
  return () => clearInterval(timer);
}

function edit(source: PracticeStore, other: PracticeStore, drifting: boolean): void {
  const { control } = (drifting ? other : source).hosted.shop;
  const goods = control.goods().filter((good) => good.tracked);
  const good = goods[Math.floor(Math.random() * goods.length)];
  if (good === undefined) return;
  if (drifting) control.edit(good.variantId, { quantity: good.quantity + 1 + Math.floor(Math.random() * 9) });
  else control.edit(good.variantId, { price: (Number(good.price) * (0.9 + Math.random() / 5)).toFixed(2) });
}
