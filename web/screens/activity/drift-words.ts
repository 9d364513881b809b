/** How a difference is told, and what a decision about it will do. Pure. */
import { CircleCheck, CircleDashed, Download, Hand, Receipt } from 'lucide-react';
import type { Drift, DriftDecision } from '~/api-model/drifts.ts';
import { count, counted, money } from '~/parts/amounts.ts';
import type { Face } from '~/parts/state.tsx';

export const driftCauses: Record<Drift['cause'], string> = {
  edited: 'Edited there',
  ignored: 'Accepted, but kept its own',
  ours: 'An older change of ours arrived late',
  missed_order: 'The order came late',
  too_many: 'Very many changed at once',
};

/** The same as a sentence without its end. */
export function causeSentence({ cause, field, state }: Pick<Drift, 'cause' | 'field' | 'state'>): string {
  if (cause !== 'too_many') return driftCauses[cause];
  const what = field === 'price' ? 'Very many prices were changed' : 'Very many were set to 0';
  return `${what} there within an hour${state === 'waiting' ? '; nothing of it is taken over until you decide' : ''}`;
}

export const driftFields: Record<Drift['field'], string> = { quantity: 'Quantity', price: 'Price' };

export const driftFaces: Record<Drift['state'], Face> = {
  seen: { word: 'Orders are read first', icon: CircleDashed, tone: 'busy' },
  waiting: { word: 'Waits for you', icon: Hand, tone: 'wait' },
  put_back: { word: 'Put back', icon: CircleCheck, tone: 'good' },
  taken_over: { word: 'Taken over', icon: Download, tone: 'good' },
  explained: { word: 'Explained by orders', icon: Receipt, tone: 'none' },
};

export const decisionWords: Record<DriftDecision, string> = { put_back: 'Put ours back', take_over: 'Take theirs over' };

export const isOpen = ({ state }: Pick<Drift, 'state'>): boolean => state === 'seen' || state === 'waiting';

/** What may be decided about it now, the present state left out. */
export function openDecisions({ state, canDecide }: Pick<Drift, 'state' | 'canDecide'>): DriftDecision[] {
  if (!canDecide || state === 'explained') return [];
  if (state === 'put_back') return ['take_over'];
  return state === 'taken_over' ? ['put_back'] : ['put_back', 'take_over'];
}

export const figure = ({ field, currency }: Pick<Drift, 'field' | 'currency'>, amount: string): string =>
  field === 'price' ? money(amount, currency) : count(Number(amount));

export const nameOf = ({ title, variantTitle }: Pick<Drift, 'title' | 'variantTitle'>): string =>
  variantTitle === '' || variantTitle === title ? title : `${title} / ${variantTitle}`;

/** What exactly will happen. */
export function effectOf(drift: Drift, decision: DriftDecision, store: string): string {
  return drift.field === 'price' ? priceEffect(drift, decision, store) : quantityEffect(drift, decision, store);
}

/** Units found more than expected; below 0, fewer. */
export const unitsOf = ({ expected, found }: Pick<Drift, 'expected' | 'found'>): number => Number(found) - Number(expected);

function quantityEffect(drift: Drift, decision: DriftDecision, store: string): string {
  const units = unitsOf(drift);
  const many = counted(Math.abs(units), 'unit');
  const is = Math.abs(units) === 1 ? 'is' : 'are';
  if (decision === 'take_over')
    return units > 0
      ? `${many} ${is} added to your stock, and every store follows.`
      : `${many} ${is} taken off your stock, and every store follows.`;
  if (drift.state === 'taken_over')
    return units > 0
      ? `The ${many} that were added ${is} taken off your stock again, and every store follows.`
      : `The ${many} that were taken off ${is} added to your stock again, and every store follows.`;
  if (drift.cause === 'too_many') return `Your stock stays as it is. ${store} gets your quantity again.`;
  return units > 0
    ? `Your stock stays as it is. ${store} shows your quantity again already.`
    : `Your stock stays as it is. The ${many} kept back for now ${is} for sale again on every store.`;
}

/** A price of the store that the prices come from is the product's own. */
const isOwn = ({ cause }: Drift): boolean => cause === 'too_many';

function priceEffect(drift: Drift, decision: DriftDecision, store: string): string {
  if (isOwn(drift) && decision === 'take_over')
    return `${figure(drift, drift.found)} becomes the price of the product, and every store follows.`;
  if (isOwn(drift) && drift.state === 'taken_over')
    return `The product is priced ${figure(drift, drift.expected)} again, and every store follows.`;
  if (decision === 'take_over')
    return `${figure(drift, drift.found)} stands on this listing alone from now on. Your own price and the other stores stay as they are.`;
  if (drift.state === 'taken_over')
    return `The listing loses its own price of ${figure(drift, drift.found)}: ${store} gets yours again and follows it.`;
  return `${store} gets your price again: ${figure(drift, drift.expected)} when this was seen.`;
}

/** The same for many at once. */
export function effectOfMany(drifts: readonly Drift[], decision: DriftDecision): string[] {
  const own = drifts.filter((drift) => drift.field === 'price' && isOwn(drift));
  const prices = drifts.filter((drift) => drift.field === 'price' && !isOwn(drift));
  const quantities = drifts.filter(({ field }) => field === 'quantity');
  const moved = quantities.filter(({ state }) => decision === 'take_over' || state === 'taken_over');
  const sum = (wanted: (units: number) => boolean) =>
    moved.reduce((total, drift) => {
      const units = decision === 'take_over' ? unitsOf(drift) : -unitsOf(drift);
      return wanted(units) ? total + Math.abs(units) : total;
    }, 0);
  const [added, taken] = [sum((units) => units > 0), sum((units) => units < 0)];
  const lines: string[] = [];
  if (added > 0) lines.push(`${counted(added, 'unit')} in all ${added === 1 ? 'is' : 'are'} added to your stock.`);
  if (taken > 0) lines.push(`${counted(taken, 'unit')} in all ${taken === 1 ? 'is' : 'are'} taken off your stock.`);
  if (quantities.length > moved.length)
    lines.push(
      `Of ${counted(quantities.length - moved.length, 'quantity', 'quantities')} your stock stays as it is; units kept back are for sale again.`,
    );
  if (own.length > 0)
    lines.push(
      decision === 'take_over'
        ? `${counted(own.length, 'price')} of theirs ${own.length === 1 ? 'becomes' : 'become'} the product's own, and every store follows.`
        : `${counted(own.length, 'price')} of yours ${own.length === 1 ? 'is' : 'are'} put back, and every store follows.`,
    );
  if (prices.length > 0)
    lines.push(
      decision === 'take_over'
        ? `${counted(prices.length, 'price')} of theirs ${prices.length === 1 ? 'stands' : 'stand'} on the listing alone; your own and other stores stay as they are.`
        : `${counted(prices.length, 'price')} of yours ${prices.length === 1 ? 'is' : 'are'} sent again.`,
    );
  return lines;
}
