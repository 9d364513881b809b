/** A made-up catalog: every SKU once, everything counted, so that links and figures are beyond doubt. */
import type { PracticeProduct } from '#connectors/practice.ts';

export function plainGoods(variants: number, perProduct = 2): PracticeProduct[] {
  return Array.from({ length: Math.ceil(variants / perProduct) }, (_, product) => {
    const count = Math.min(perProduct, variants - product * perProduct);
    return {
      title: `Lantern ${String(product + 1).padStart(6, '0')}`,
      vendor: 'Blue Lantern',
      productType: 'Lamps',
      ...(count > 1 ? { options: ['Size'] } : {}),
      variants: Array.from({ length: count }, (_unused, variant) => ({
        ...(count > 1 ? { optionValues: [`No. ${variant + 1}`] } : {}),
        sku: `LANTERN-${product + 1}-${variant + 1}`,
        price: `${10 + (product % 90)}.${variant % 10}0`,
        quantity: 20 + (product % 50),
        tracked: true,
      })),
    };
  });
}
