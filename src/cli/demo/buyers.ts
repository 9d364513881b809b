/** Buyers on the practice stores, and the staff who serve some of them, so that a visitor sees orders come in and change. */
import type { PracticeStore } from '#cli/demo/practice-stores.ts';

type Control = PracticeStore['hosted']['shop']['control'];
type Orders = NonNullable<Control['orders']>;
type Order = ReturnType<Orders['list']>[number];

const names = [
  'Ada Wong',
  'Bram Peeters',
  'Chi Nguyen',
  'Dewi Lestari',
  'Emil Novak',
  'Fatima Zahra',
  'Grace Okafor',
  'Hugo Lind',
];
const notes = ['', '', '', 'Please leave it at the door.', 'It is a gift: no invoice, please.'];
/** Nobody buys the last of a good, so that there is always something to sell. */
const unitsLeft = 2;
/** What has fewer units is delivered anew. */
const scarceUnits = 5;
const deliveredUnits = 20;

/** What becomes of an order, some steps after it was placed. */
const endings = ['ship', 'ship', 'ship', 'ship', 'send_back', 'cancel', 'leave', 'leave'] as const;
type Ending = (typeof endings)[number];

interface Errand {
  dueStep: number;
  orders: Orders;
  orderId: string;
  act: 'return' | Ending;
}

/**
 * Every call is one step: somebody buys on the next store, and what is due of older orders is done. Most are shipped by staff,
 * some are called off or sent back, and some are left for the visitor, who may also have been faster: then nothing is done.
 */
export function gatherBuyers(stores: readonly PracticeStore[], random: () => number = Math.random): () => void {
  const controls = stores.map(({ hosted }) => hosted.shop.control);
  const [source] = controls;
  const errands: Errand[] = [];
  let step = 0;
  const one = <T>(things: readonly T[]): T | undefined => things[Math.floor(random() * things.length)];

  function buy(control: Control): void {
    const onSale = control.goods().filter(({ tracked, quantity }) => tracked && quantity > unitsLeft);
    const wanted = new Map<string, number>();
    for (let lines = random() < 0.7 ? 1 : 2; lines > 0; lines--) {
      const good = one(onSale);
      if (good !== undefined) wanted.set(good.variantId, Math.min(good.quantity - unitsLeft, random() < 0.8 ? 1 : 2));
    }
    const lines = [...wanted].map(([variantId, units]) => ({ variantId, units }));
    const [first] = lines;
    if (first === undefined) return;
    const { orders } = control;
    if (orders === undefined) {
      control.sell(first.variantId, first.units);
      return;
    }
    const orderId = orders.place(lines, { buyer: one(names) ?? '', note: one(notes) ?? '' });
    // What is off sale by now is not sold: the buyer goes away.
    if (orderId === null) return;
    errands.push({ dueStep: step + 3 + Math.floor(random() * 3), orders, orderId, act: one(endings) ?? 'leave' });
  }

  return () => {
    step += 1;
    if (source !== undefined) deliver(source);
    for (const errand of errands.splice(0)) {
      if (errand.dueStep > step) errands.push(errand);
      else if (run(errand) === 'shipped' && errand.act === 'send_back')
        errands.push({ ...errand, dueStep: step + 3, act: 'return' });
    }
    const next = controls[step % Math.max(1, controls.length)];
    if (next !== undefined) buy(next);
  };
}

/** Does what can still be done. */
function run({ orders, orderId, act }: Errand): 'shipped' | 'done' {
  const order = orders.list().find(({ id }) => id === orderId);
  if (order === undefined || act === 'leave') return 'done';
  if (act === 'return') {
    const back = order.lines.find(({ shipped, returned }) => shipped > returned);
    if (back !== undefined) orders.refund(orderId, [{ variantId: back.variantId, units: 1, restock: true }]);
  } else if (isUntouched(order)) {
    if (act === 'cancel') orders.cancel(orderId);
    else {
      orders.ship(orderId);
      return 'shipped';
    }
  }
  return 'done';
}

const isUntouched = ({ lines }: Order): boolean =>
  lines.some(({ ordered }) => ordered > 0) && lines.every(({ cancelled, shipped }) => cancelled === 0 && shipped === 0);

/** Goods arrive at the store that counts them, those first that are about to run out. */
function deliver(source: Control): void {
  const tracked = source.goods().filter((good) => good.tracked && good.quantity < scarceUnits);
  const scarcest = tracked.sort((a, b) => a.quantity - b.quantity)[0];
  if (scarcest !== undefined) source.edit(scarcest.variantId, { quantity: scarcest.quantity + deliveredUnits });
}
