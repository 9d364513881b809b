/**
 * A line of the links CSV: which listing of which store is which variant of the catalog. Sellers take it out, sort their
 * links in a spreadsheet, and bring it back. This folder reads and writes the text only; whether a store or a variant
 * exists is for the one who applies it.
 *
 * - A listing is named by its store, product id and variant id on the platform; it stands in a file once.
 * - `status` decides: an unlinked or ignored line may still carry the variant that it used to have.
 * - A linked line names its variant by id, by SKU, or both; an id is the stronger.
 * - A blank sync_price or sync_inventory leaves the setting as it is.
 */
export interface CsvLink {
  /** The line of the file; the header is line 1. */
  line: number;
  store: string;
  platformProductId: string;
  platformVariantId: string;
  /** For the reader's eye, with `title`: never applied. */
  platformSku: string;
  title: string;
  variantId: string | null;
  variantSku: string;
  status: LinkStatus;
  syncPrice: boolean | null;
  syncInventory: boolean | null;
}

export type LinkStatus = 'linked' | 'unlinked' | 'ignored';

/** The columns, in the order in which they are written. */
export const linkColumns = [
  ...(['store', 'platform_product_id', 'platform_variant_id', 'platform_sku', 'title'] as const),
  ...(['variant_id', 'variant_sku', 'status', 'sync_price', 'sync_inventory'] as const),
] as const;

export type LinkColumn = (typeof linkColumns)[number];
