/** How a listing is told. */
import type { Listing, StockPolicy, Suggestion } from '~/api-model.ts';
import { count, counted, money } from '~/parts/amounts.ts';

export const listingName = ({ productTitle, variantTitle }: Pick<Listing, 'productTitle' | 'variantTitle'>): string =>
  variantTitle === '' || variantTitle === 'Default Title' ? productTitle : `${productTitle} / ${variantTitle}`;

export const priceThere = ({ price }: Listing): string => {
  const amount = price.remote ?? price.desired;
  return amount === null ? '–' : money(amount, price.currency);
};

export const quantityThere = ({ quantity, stockPolicy }: Listing): string => {
  if (stockPolicy !== 'tracked') return 'not counted';
  const units = quantity.remote ?? quantity.desired;
  return units === null ? '–' : count(units);
};

/** The same as a part of a sentence. */
export function unitsThere({ quantity, stockPolicy }: Pick<Listing, 'quantity' | 'stockPolicy'>): string {
  if (stockPolicy !== 'tracked') return 'not counted there';
  const units = quantity.remote ?? quantity.desired;
  return units === null ? 'count not known' : `${counted(units, 'unit')} there`;
}

/** How sure a suggestion is. */
export function reasonWords({ reason, ambiguous, score }: Pick<Suggestion, 'reason' | 'ambiguous' | 'score'>): string {
  if (ambiguous) return 'several fit';
  if (reason === 'sku') return 'same SKU';
  if (reason === 'barcode') return 'same barcode';
  return `title ${Math.round(score * 100)}% alike`;
}

/** Why a listing's quantity is not sent, by how its store counts it. `source` is the name of the store that owns the products. */
export function notTrackedWords(policy: StockPolicy | null, source: string | undefined): string {
  switch (policy) {
    case 'untracked':
      return 'The store sells it without counting it, so no quantity is sent.';
    case 'oversellable':
      return 'The store goes on selling it when none is left, so no quantity is sent. Switch that off at the store, and its quantity follows from here.';
    case 'gift_card':
      return 'A gift card has no stock.';
    default:
      return `Your catalog does not count it, because ${source ?? 'the store it came from'} sells it without counting. Have it counted there, and this one follows.`;
  }
}
