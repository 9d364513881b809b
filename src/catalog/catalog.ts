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

/** Characters of a title, SKU, barcode or option value, as on the platforms. An index takes no text that is much longer. */
export const textLengthAtMost = 255;

/** A SKU or barcode as it is compared: trimmed, one case, without the blanks that spreadsheets leave. */
export function comparisonKey(text: string): string {
  return within(text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLocaleLowerCase('en'));
}

const within = (text: string): string =>
  text.length <= textLengthAtMost ? text : text.slice(0, textLengthAtMost).toWellFormed();

/** A platform's title as the catalog keeps it: one that is too long ends in "…". On the listing it stands whole. */
export function catalogTitle(text: string): string {
  if (text.length <= textLengthAtMost) return text;
  const characters = [...text];
  if (characters.length <= textLengthAtMost) return text;
  const kept = characters.slice(0, textLengthAtMost - 1).join('');
  // Not in the middle of what is seen as one character, such as a family of four.
  const graphemes = [...new Intl.Segmenter().segment(kept)];
  const last = graphemes.at(-1);
  return `${graphemes.length > 1 && last !== undefined ? kept.slice(0, last.index) : kept}…`;
}

/** Digits only, leading zeros dropped, so that UPC-A and the same code as EAN-13 are equal. Letters keep it as it is. */
export function barcodeKey(text: string): string {
  const bare = text.replace(/[\s-]/g, '');
  return /^\d+$/.test(bare) ? within(bare.replace(/^0+/, '')) : comparisonKey(text);
}
