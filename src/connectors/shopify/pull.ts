/**
 * Reading the catalog: by pages for what changed and for small shops, by an export for large ones. Every product is handed
 * on whole, with all of its variants (up to 2,048): the hub takes a variant that is missing from its product for gone.
 */
import type { PullPage, PullRequest, RemoteProduct, Session } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';
import { allPages, ask } from '#connectors/shopify/client.ts';
import { documents, levelsPerItem, productsPerPage } from '#connectors/shopify/documents.ts';
import { pullByExport } from '#connectors/shopify/export.ts';
import { parts, readAllLevels } from '#connectors/shopify/levels.ts';
import { answers, type FullProductNode, type VariantNode } from '#connectors/shopify/schema.ts';
import { toProduct } from '#connectors/shopify/translate.ts';

/**
 * Products from which a whole pull is an export. Pages take some 95 points a product: twenty products are all that a
 * Standard shop's full bucket allows at once, and pushes need it meanwhile. An export takes some thirty points in all.
 */
export const exportFrom = 20;

/** Throws the platform's errors; pages handed on before stay valid. */
export async function* pull(session: Session, request: PullRequest): AsyncGenerator<PullPage> {
  if (request.productIds !== undefined) {
    yield* pullByIds(session, request.productIds, request.productIds.length);
    return;
  }
  const query = request.since === null ? null : `updated_at:>='${request.since}'`;
  const { productsCount } = await ask(session, documents.productsCount, { query }, answers.productsCount);
  const total = productsCount?.count ?? null;
  if (request.since !== null || total === null || total < exportFrom) {
    yield* pullByPages(session, query, total);
    return;
  }
  const { shop } = await ask(session, documents.currency, {}, answers.currency);
  const again = yield* pullByExport(session, request, shop.currencyCode, total);
  if (again.length > 0)
    request.log('products that the export showed in part only are read by themselves', { products: again.length });
  yield* pullByIds(session, again, total);
}

async function* pullByPages(session: Session, query: string | null, total: number | null): AsyncGenerator<PullPage> {
  const pageAfter = (after: string | null) =>
    ask(session, documents.productsPage, { first: productsPerPage, after, query }, answers.productsPage);
  for (let page = await pageAfter(null); ; ) {
    const { nodes, pageInfo } = page.products;
    const products: RemoteProduct[] = [];
    for (const node of nodes) {
      const product = await whole(session, node, page.shop.currencyCode);
      if (product !== null) products.push(product);
    }
    yield { products, deletedProductIds: [], totalProducts: total };
    if (!pageInfo.hasNextPage) return;
    const next = pageInfo.endCursor === null ? null : await pageAfter(pageInfo.endCursor);
    if (next === null || next.products.pageInfo.endCursor === pageInfo.endCursor) {
      throw new MalformedResponse('A next page is promised, but leads nowhere');
    }
    page = next;
  }
}

async function* pullByIds(session: Session, ids: readonly string[], total: number): AsyncGenerator<PullPage> {
  for (const part of parts([...new Set(ids)], productsPerPage)) {
    const { shop, nodes } = await ask(session, documents.productsByIds, { ids: part }, answers.productsByIds);
    if (nodes.length !== part.length)
      throw new MalformedResponse(`${part.length} products were asked for, ${nodes.length} answered`);
    const products: RemoteProduct[] = [];
    const deletedProductIds = part.filter((_, at) => nodes[at] === null);
    for (const node of nodes) {
      if (node === null || !('title' in node)) continue;
      const product = await whole(session, node, shop.currencyCode);
      if (product === null) deletedProductIds.push(node.id);
      else products.push(product);
    }
    yield { products, deletedProductIds, totalProducts: total };
  }
}

/** The product with every page of its variants and media; null when it was deleted while they were read. */
async function whole(session: Session, node: FullProductNode, currency: string): Promise<RemoteProduct | null> {
  const { id } = node;
  const variants = await allPages(node.variants, async (after) => {
    const { product } = await ask(session, documents.moreVariants, { id, after }, answers.moreVariants);
    return product?.variants ?? null;
  });
  const media = await allPages(node.media, async (after) => {
    const { product } = await ask(session, documents.moreMedia, { id, after }, answers.moreMedia);
    return product?.media ?? null;
  });
  if (variants === null || media === null) return null;
  return await withAllLevels(session, variants, toProduct(node, variants, media, currency));
}

/** An item that fills its page of levels may stand at more locations: it is asked about more closely. */
async function withAllLevels(session: Session, variants: readonly VariantNode[], product: RemoteProduct): Promise<RemoteProduct> {
  const full = variants.flatMap(({ inventoryItem: { id, inventoryLevels } }) =>
    (inventoryLevels?.nodes.length ?? 0) >= levelsPerItem ? [id] : [],
  );
  if (full.length === 0) return product;
  const levels = await readAllLevels(session, full);
  const listings = product.listings.map((listing) => ({
    ...listing,
    levels: levels.get(listing.inventoryId ?? '') ?? listing.levels,
  }));
  return { ...product, listings };
}
