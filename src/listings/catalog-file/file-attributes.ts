/** What a product CSV says beyond our columns, kept beside them so that an export gives back what an import took. */
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';

export interface ProductFileAttributes {
  published: boolean;
  seoTitle: string;
  seoDescription: string;
  giftCard: boolean;
  category: string;
  extra: Record<string, string>;
}

export interface VariantFileAttributes {
  weightUnit: CsvVariant['weightUnit'];
  tracker: string;
  policy: CsvVariant['policy'];
  fulfillmentService: string;
  requiresShipping: boolean;
  taxable: boolean;
  taxCode: string;
  extra: Record<string, string>;
}

export function productFileAttributes({ published, seoTitle, seoDescription, giftCard, category, extra }: CsvProduct): {
  file: ProductFileAttributes;
} {
  return { file: { published, seoTitle, seoDescription, giftCard, category, extra } };
}

export function variantFileAttributes(variant: CsvVariant): { file: VariantFileAttributes } {
  const { weightUnit, tracker, policy, fulfillmentService, requiresShipping, taxable, taxCode, extra } = variant;
  return { file: { weightUnit, tracker, policy, fulfillmentService, requiresShipping, taxable, taxCode, extra } };
}
