/**
 * Reading the catalog: by pages for small shops and for what changed, by an export for large ones.
 * Within one product, further pages of variants (up to 2,048) and media are fetched until it is whole.
 */
import type { PullPage, PullRequest, RemoteLevel, RemoteProduct, Session } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';
import { pullByExport } from '#connectors/shopify/bulk.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { levelsPerItem, readLevelNodes } from '#connectors/shopify/levels.ts';
import { answers, type FullProductNode, fullProductNode, type MediaNode, type VariantNode } from '#connectors/shopify/schema.ts';
import { toProduct } from '#connectors/shopify/translate.ts';

/** So that one page, with five variants of three levels each, stays under 1,000 points. */
const productsPerPage = 6;
const idsPerCall = 6;
const pointsPerProduct = 150;
/** Products from which an export, at twenty points, is cheaper and faster than pages at some 150 points a product. */
const exportFrom = 50;

export async function* pull(session: Session, request: PullRequest): AsyncGenerator<PullPage> {
  if (request.productIds !== undefined) {
    yield* pullByIds(session, request.productIds);
    return;
  }
  const query = request.since === null ? null : `updated_at:>='${request.since}'`;
  const counted = await ask(session, documents.productsCount, { query }, answers.productsCount);
  const total = counted.productsCount?.count ?? null;
  if (request.since === null && total !== null && total >= exportFrom) {
    const { shop } = await ask(session, documents.shop, {}, answers.shop);
    const late = yield* pullByExport(session, request, shop.currencyCode, total);
    if (late.length > 0) request.log('variants came after their product had been handed on; these products are read again', { products: late.length });
    yield* pullByIds(session, late);
    return;
  }
  yield* pullByPages(session, query, total);
}

async function* pullByPages(session: Session, query: string | null, total: number | null): AsyncGenerator<PullPage> {
  for (let after: string | null = null; ; ) {
    const page: typeof answers.productsPage._output = await ask(session, documents.productsPage, { first: productsPerPage, after, query }, answers.productsPage);
    const products: RemoteProduct[] = [];
    for (const node of page.products.nodes) products.push(await whole(session, node, page.shop.currencyCode));
    yield { products, deletedProductIds: [], totalProducts: total };
    if (!page.products.pageInfo.hasNextPage) return;
    after = page.products.pageInfo.endCursor;
  }
}

async function* pullByIds(session: Session, ids: readonly string[]): AsyncGenerator<PullPage> {
  for (let at = 0; at < ids.length; at += idsPerCall) {
    const part = ids.slice(at, at + idsPerCall);
    const { shop, nodes } = await ask(session, documents.productsByIds, { ids: part }, answers.nodes, { cost: part.length * pointsPerProduct });
    const products: RemoteProduct[] = [];
    for (const node of nodes) {
      if (node === null) continue;
      const parsed = fullProductNode.safeParse(node);
      if (!parsed.success) throw new MalformedResponse(`ProductsByIds: ${parsed.error.issues[0]?.message}`, { body: JSON.stringify(node).slice(0, 4000) });
      products.push(await whole(session, parsed.data, shop.currencyCode));
    }
    yield { products, deletedProductIds: part.filter((_, index) => nodes[index] === null), totalProducts: ids.length };
  }
}

async function whole(session: Session, node: FullProductNode, currency: string): Promise<RemoteProduct> {
  const variants: VariantNode[] = [...node.variants.nodes];
  for (let { pageInfo } = node.variants; pageInfo.hasNextPage; ) {
    const more: typeof answers.moreVariants._output = await ask(session, documents.moreVariants, { id: node.id, after: pageInfo.endCursor }, answers.moreVariants);
    if (more.product === null) break; // deleted meanwhile: its deletion comes by itself
    variants.push(...more.product.variants.nodes);
    pageInfo = more.product.variants.pageInfo;
  }
  const media: MediaNode[] = [...node.media.nodes];
  for (let { pageInfo } = node.media; pageInfo.hasNextPage; ) {
    const more: typeof answers.moreMedia._output = await ask(session, documents.moreMedia, { id: node.id, after: pageInfo.endCursor }, answers.moreMedia);
    if (more.product === null) break;
    media.push(...more.product.media.nodes);
    pageInfo = more.product.media.pageInfo;
  }
  return toProduct(node, await withAllLevels(session, variants), media, currency);
}

/** An item that fills its page of levels may stand at more locations: it is asked about more closely. */
async function withAllLevels(session: Session, variants: readonly VariantNode[]): Promise<VariantNode[]> {
  const full = variants.filter(({ inventoryItem }) => (inventoryItem.inventoryLevels?.nodes.length ?? 0) >= levelsPerItem).map(({ inventoryItem }) => inventoryItem.id);
  if (full.length === 0) return [...variants];
  const levels = new Map<string, RemoteLevel[]>();
  for await (const item of readLevelNodes(session, full)) levels.set(item.id, item.levels);
  return variants.map((variant) => {
    const all = levels.get(variant.inventoryItem.id);
    if (all === undefined) return variant;
    const nodes = all.map(({ locationId, available }) => ({ location: { id: locationId }, quantities: [{ name: 'available', quantity: available }] }));
    return { ...variant, inventoryItem: { ...variant.inventoryItem, inventoryLevels: { nodes } } };
  });
}
