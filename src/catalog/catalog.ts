/**
 * The master catalog: products with variants; a variant is what has a SKU and is counted.
 *
 * Always true: a variant is archived, never deleted, once anything has been booked on it; SKUs may be missing and need not
 * be unique; nothing disappears because a page was short.
 */
export interface CatalogImage {
  url: string;
  alt: string;
  width?: number | null;
  height?: number | null;
}

/** A SKU or barcode as it is compared: trimmed, one case, without the blanks that spreadsheets leave. */
export function comparisonKey(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLocaleLowerCase('en');
}

/** Digits only, leading zeros dropped, so that UPC-A and the same code as EAN-13 are equal. Letters keep it as it is. */
export function barcodeKey(text: string): string {
  const bare = text.replace(/[\s-]/g, '');
  return /^\d+$/.test(bare) ? bare.replace(/^0+/, '') : comparisonKey(text);
}
