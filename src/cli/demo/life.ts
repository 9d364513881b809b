/** Small changes on both sides, so that a visitor sees things move. */
import type { PracticeStore } from '#cli/demo/practice-stores.ts';

/** Every few seconds somebody edits a price, a buyer takes a unit, goods arrive, or somebody edits the wrong store. */
export function beginLife(stores: readonly PracticeStore[], everyMs: number): () => void {
  const [source, other] = stores;
  if (source === undefined || other === undefined) return () => undefined;
  let step = 0;
  const timer = setInterval(() => {
    step++;
    const drifting = step % 5 === 0;
    const { control } = (drifting ? other : source).hosted.shop;
    const goods = control.goods().filter((good) => good.tracked);
    const good = goods[Math.floor(Math.random() * goods.length)];
    if (good === undefined) return;
    if (step % 2 === 0) control.edit(good.variantId, { price: (Number(good.price) * (0.9 + Math.random() / 5)).toFixed(2) });
    else if (good.quantity > 0 && !drifting) control.sell(good.variantId, 1);
    else control.edit(good.variantId, { quantity: good.quantity + 1 + Math.floor(Math.random() * 9) });
  }, everyMs);
  return () => clearInterval(timer);
}
