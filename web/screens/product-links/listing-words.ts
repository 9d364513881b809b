/** How a listing is told. */
import type { Listing, Suggestion } from '~/api-model.ts';
import { count, money } from '~/parts/amounts.ts';

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

/** How sure a suggestion is. */
export function reasonWords({ reason, ambiguous, score }: Pick<Suggestion, 'reason' | 'ambiguous' | 'score'>): string {
  if (ambiguous) return 'several fit';
  if (reason === 'sku') return 'same SKU';
  if (reason === 'barcode') return 'same barcode';
  return `title ${Math.round(score * 100)}% alike`;
}
