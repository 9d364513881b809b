/** Where a step of "why is this 7?" can be looked at and changed. */
import type { LinkProps } from '@tanstack/react-router';
import type { ExplainStep, Explanation } from '~/api-model/explanations.ts';

type Documents = Explanation['documents'];

const stock = new Set(['on_hand', 'reserved', 'available']);
const stockRule = new Set(['buffer', 'slow_buffer', 'percent', 'cap', 'hide_below', 'last_units', 'fixed']);
const priceRule = new Set(['markup_percent', 'markup_fixed', 'rounded', 'floor', 'sale_percent', 'sale_price']);

/** The page that a step's figure comes from; null for a step that only retells the one above it. */
export function documentOf(
  { code, parameters }: Omit<ExplainStep, 'amount'>,
  listingId: string,
  documents: Documents,
): LinkProps | null {
  const { variantId, productId } = documents;
  if (stock.has(code)) return variantId === null ? null : { to: '/inventory', search: { variant: variantId } };
  if (code === 'component') return { to: '/inventory', search: { variant: String(parameters.variantId) } };
  if (code === 'held_units') return { to: '/activity', search: { listingId } };
  if (code === 'base_price') return productId === null ? null : { to: '/products', search: { product: productId } };
  if (code === 'converted') return { to: '/settings', hash: 'exchange-rates' };
  if (code === 'price_override') return { to: '/product-links', search: { listing: listingId } };
  if (stockRule.has(code)) return ruleDocument(documents.stockRule, listingId, documents);
  if (priceRule.has(code)) return ruleDocument(documents.priceRule, listingId, documents);
  return null;
}

/**
 * The document by which a step's figure or rule became what it is. Other documents of the stock stand in its history, where
 * the step itself leads.
 */
export function changeDocumentOf({ parameters: { documentKind, documentId = '' } }: ExplainStep): LinkProps | null {
  const id = String(documentId);
  if (id === '') return null;
  if (documentKind === 'order') return { to: '/orders', search: { view: 'all', order: id } };
  if (documentKind === 'sync_job') return { to: '/activity', search: { jobId: id } };
  if (documentKind === 'store') return { to: '/integrations', search: { settings: id } };
  // What waits and what was applied stands above the stream.
  return documentKind === 'change_set' ? { to: '/activity', search: {} } : null;
}

function ruleDocument(whose: Documents['priceRule'], listingId: string, { storeId }: Documents): LinkProps | null {
  if (whose === 'none') return null;
  if (whose === 'organization') return { to: '/settings', hash: 'rules' };
  return whose === 'listing'
    ? { to: '/product-links', search: { listing: listingId } }
    : { to: '/integrations', search: { settings: storeId } };
}
